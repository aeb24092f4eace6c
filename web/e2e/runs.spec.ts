import type { Page } from "@playwright/test";

import { byHand, invoice, publish, runIs, start, unique } from "./beside";
import { accessible, expect, test } from "./fixtures";

test("finds a run by its key and reads what its steps did", async ({ world, as }) => {
  const job = await world.job({ title: "Look" });
  await world.proposal(job);
  const page = await as("operator", "/runs");
  await expect(page.getByRole("heading", { name: "Runs", level: 1 })).toBeVisible();
  await accessible(page);
  await page.getByLabel("Key, as name:value").fill(`job:${job.id}`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "invoice-readiness" })).toHaveCount(1);
  await page.getByRole("link", { name: "invoice-readiness" }).click();
  await expect(page.getByText("The step invoice waits for approval.")).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "customer" }).click();
  await page.getByRole("button", { name: "Output" }).click();
  await expect(page.getByLabel("customer-output")).toContainText("•••");
});

test("cancels a run, and the page shows it as it happens", async ({ world, as }) => {
  const job = await world.job({ title: "Cancel" });
  const { run_id: run } = await world.proposal(job);
  const page = await as("operator", `/runs/${run}`);
  await page.getByRole("button", { name: "Cancel run" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel run" }).click();
  await expect(page.getByText(/It was cancelled/)).toBeVisible();
});

test("the home says what needs whom, and the palette leads anywhere", async ({ as, isPhone }) => {
  const page = await as("operator", "/");
  await expect(page.getByRole("heading", { level: 2, name: /you\./ })).toBeVisible();
  await accessible(page);
  if (isPhone) await page.getByRole("button", { name: "More" }).click();
  else await page.keyboard.press("Control+k");
  await page.getByPlaceholder("A page, a command, a name or any id").fill("exc");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Exceptions", level: 1 })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Shortcuts" })).toBeVisible();
  await accessible(page);
});

test("keeps a filter under a name, and forgets it with the way back", async ({ as, isPhone }) => {
  const page = await as("operator", "/runs?status=waiting");
  await page.getByRole("button", { name: "Save this filter" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Waiting ones");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  if (isPhone) await page.getByRole("combobox", { name: "State" }).selectOption({ label: "All" });
  else await page.getByRole("button", { name: "All", exact: true }).click();
  await page.getByRole("button", { name: "Waiting ones", exact: true }).click();
  await expect(page).toHaveURL(/status=waiting/);
  await page.getByRole("button", { name: "Forget “Waiting ones”" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("button", { name: "Waiting ones", exact: true })).toBeVisible();
});

const NOTED = (words: string): string => `  - { id: who, action: crm.get_customer, connection: crm, with: { id: "{{ event.about }}" }, next: noted }
  - { id: noted, set: { text: "${words} {{ steps.who.name }}" } }`;

const shown = (page: Page): string => new URL(page.url()).pathname.split("/").at(-1) ?? "";

test("retries a run from a step on the version that was mended", async ({ world, as }) => {
  const workflow = unique("noted");
  await publish(world, byHand(workflow, NOTED("Wrong words for")));
  const run = await start(world, workflow, { about: "cus_0003" });
  await runIs(world, run, "succeeded");
  await publish(world, byHand(workflow, NOTED("Right words for")));
  const page = await as("operator", `/runs/${run}`);
  await page.getByRole("button", { name: "Retry" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("From the step").selectOption("noted");
  await dialog.getByLabel("Version").selectOption("The current version");
  await accessible(page);
  await dialog.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByRole("link", { name: "Retries another run" })).toBeVisible();
  await expect(page.getByText(`${workflow} v2`)).toBeVisible();
  const again = await runIs(world, shown(page), "succeeded");
  expect(again.retry_of).toBe(run);
  // What was read before it is not read again; what follows is done by the new version.
  expect(again.steps.map((step) => step.copied)).toEqual([true, false]);
  expect(again.steps[1]?.output).toEqual({ text: "Right words for Sofia Marsh" });
  await page.getByRole("link", { name: "Retries another run" }).click();
  await page.getByRole("button", { name: "noted" }).click();
  await page.getByRole("button", { name: "Output" }).click();
  await expect(page.getByLabel("noted-output")).toContainText("Wrong words for Sofia Marsh");
});

test("a retry from the start repeats no write until somebody says so", async ({ world, as }) => {
  const workflow = unique("writes");
  await publish(world, byHand(workflow, invoice()));
  const run = await start(world, workflow, { about: unique("order"), price: "310.00" });
  await runIs(world, run, "succeeded");
  const page = await as("operator", `/runs/${run}`);
  await page.getByRole("button", { name: "Retry" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Retry" }).click();
  await expect(dialog.getByRole("alert")).toContainText("this would repeat writes that were confirmed", { ignoreCase: true });
  await accessible(page);
  await dialog.getByLabel(/^Repeat writes/).check();
  await dialog.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByRole("link", { name: "Retries another run" })).toBeVisible();
  expect((await runIs(world, shown(page), "succeeded")).effects).toHaveLength(1);
});

test("a retry takes the input that somebody edited for its step", async ({ world, as }) => {
  const workflow = unique("edited");
  await publish(world, byHand(workflow, NOTED("Noted for")));
  const run = await start(world, workflow, { about: "cus_0003" });
  await runIs(world, run, "succeeded");
  const page = await as("operator", `/runs/${run}`);
  await page.getByRole("button", { name: "Retry" }).click();
  const dialog = page.getByRole("dialog");
  const input = dialog.getByLabel("Input of that step");
  await expect(input).toHaveValue(/cus_0003/);
  await input.fill((await input.inputValue()).slice(0, -1));
  await expect(dialog.getByText(/This does not read/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Retry" })).toBeDisabled();
  await input.fill('{ "id": "cus_0002" }');
  await dialog.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByRole("link", { name: "Retries another run" })).toBeVisible();
  const again = await runIs(world, shown(page), "succeeded");
  const [who, noted] = again.steps;
  expect(who?.input).toEqual({ id: "cus_0002" });
  expect((noted?.output as { text: string }).text).not.toContain("Sofia Marsh");
});
