import { readFileSync } from "node:fs";

import { accessible, expect, test } from "./fixtures";

const BY_HAND = `workflow: ask-by-hand
title: Ask by hand
owner: team:billing
source: projects
trigger: { id: start, on: throughline.manual }
keys: { name: "{{ event.name }}" }
input:
  type: object
  required: [name]
  properties:
    name: { type: string, title: For whom }
    urgent: { type: boolean, title: It is urgent }
nodes:
  - { id: noted, set: { text: "{{ event.name }}" } }
exceptions: { owner: team:billing, due: 1 business day }
log: { retention: 1y }
review: { stage: live }
`;

test("the workflows say how they stand, and lead to what is in them", async ({ as, isPhone }) => {
  const page = await as("builder", "/workflows");
  const row = page.getByRole("row", { name: /Invoice readiness/ });
  await expect(row.getByText("Review", { exact: true })).toBeVisible();
  await expect(row.getByRole("button", { name: /Copy webhook address/ })).toBeVisible();
  await accessible(page);
  if (isPhone) await page.getByRole("link", { name: "Invoice readiness" }).click();
  else {
    // Others made workflows too: on to this one.
    await expect(async () => {
      await page.keyboard.press("j");
      await expect(row).toHaveAttribute("aria-selected", "true", { timeout: 300 });
    }).toPass();
    await page.keyboard.press("o");
  }
  await expect(page.getByRole("heading", { name: "Last runs" })).toBeVisible();
  await expect(page.getByLabel("Text of version 1")).toContainText("workflow: invoice-readiness");
  await accessible(page);
});

test("starts one by hand with a form from its text", async ({ world, as }) => {
  await world.api("builder", "POST", "/workflows", { text: BY_HAND });
  const page = await as("operator", "/workflows/ask-by-hand");
  await page.getByRole("button", { name: "Start" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Start" }).click();
  await expect(dialog.getByText("This has to be filled in")).toBeVisible();
  await accessible(page);
  await dialog.getByLabel("For whom").fill("Harbour office");
  await dialog.getByRole("button", { name: "Start" }).click();
  await expect(page).toHaveURL(/\/runs\/run_/);
  await expect(page.getByText(/It went through all/)).toBeVisible();
});

test("begins a new one with a pack; one that is here already leads to it", async ({ world, as }) => {
  const page = await as("builder", "/workflows");
  await page.getByRole("button", { name: /^New/ }).click();
  await page.getByRole("menuitem", { name: "From a pack" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("link", { name: /Invoice readiness/ })).toContainText("Is here already");
  await accessible(page);
  await dialog.getByRole("button", { name: /Lead intake/ }).click();
  await expect(page).toHaveURL(/\/workflows\/lead-intake\/edit/);
  const { text } = (await world.api("builder", "GET", "/workflows/lead-intake/draft")) as { text: string };
  expect(text).toContain("workflow: lead-intake");
  await page.goto(`${world.address}/workflows?new=pack`);
  await dialog.getByRole("link", { name: /Invoice readiness/ }).click();
  await expect(page).toHaveURL(/\/workflows\/invoice-readiness$/);
});

test("begins a new one from nothing, and from an export of n8n", async ({ world, as }) => {
  const page = await as("builder", "/workflows?new=blank");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill(`New one ${Date.now()}`);
  await expect(dialog.getByLabel("Id")).toHaveValue(/^new-one-\d+$/);
  await dialog.getByRole("button", { name: "Open in the editor" }).click();
  await expect(page).toHaveURL(/\/workflows\/new-one-\d+\/edit/);
  await page.goto(`${world.address}/workflows?new=n8n`);
  await dialog.getByLabel("Export of one workflow").fill(readFileSync("src/features/editor/model/import/n8n/samples/order-webhook.json", "utf8"));
  await expect(dialog.getByText(/came over as they were/)).toBeVisible();
  await accessible(page);
});
