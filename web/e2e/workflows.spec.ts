import { readFileSync } from "node:fs";

import { byHand, publish, unique } from "./beside";
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

test("a second person looks at a version before it is published; nobody agrees to their own", async ({ world, as, isPhone }) => {
  const workflow = unique("two");
  const text = byHand(workflow, "  - { id: made, set: { a: 1 } }");
  await publish(world, text);
  const next = text.replace("title: Begun by hand", "title: Begun by two");
  await world.api("builder", "PUT", `/workflows/${workflow}/draft`, { revision: 0, based_on: 1, text: next, samples: {} });
  const looks = await as("admin", "/today");
  await looks.getByRole("heading", { name: "Needs you", exact: true }).waitFor();
  const writes = await as("builder", `/workflows/${workflow}/edit`);
  if (isPhone) await world.api("builder", "POST", `/workflows/${workflow}/publish-requests`, { text: next, note: "Only its <b>title</b>" });
  else {
    await writes.getByRole("button", { name: "Publish", exact: true }).click();
    const dialog = writes.getByRole("dialog");
    await dialog.getByRole("button", { name: "Ask for a second person" }).click();
    await dialog.getByLabel("What they should look at").fill("Only its <b>title</b>");
    await accessible(writes);
    await dialog.getByRole("button", { name: "Ask for a second person" }).click();
    await expect(writes.getByText("Asked. Whoever else may build finds it on Today and here.")).toBeVisible();
  }
  await writes.getByRole("button", { name: "Waits for a second person" }).click();
  await expect(writes.getByText("You asked, so somebody else who may build decides.")).toBeVisible();

  await looks.getByRole("link", { name: `Look at ${workflow} before it is published` }).click();
  await looks.getByRole("button", { name: "Waits for a second person" }).click();
  const decision = looks.getByRole("dialog", { name: "Waits for a second person" });
  await expect(decision.getByText("Only its <b>title</b>")).toBeVisible();
  await expect(decision.getByText("Begun by two")).toBeVisible();
  await accessible(looks);
  // Meanwhile whoever asked writes on: that is not what is published, and it stays.
  const onwards = next.replace("a: 1", "a: 2");
  const { revision } = (await world.api("builder", "GET", `/workflows/${workflow}/draft`)) as { revision: number };
  await world.api("builder", "PUT", `/workflows/${workflow}/draft`, { revision, based_on: 1, text: onwards, samples: {} });
  await decision.getByRole("button", { name: "Publish it" }).click();
  await expect(looks.getByText("Version 2 is published")).toBeVisible();
  await expect(writes.getByText("Nobody is asked any more")).toBeVisible();
  await looks.getByRole("button", { name: "More", exact: true }).first().click();
  await looks.getByRole("menuitem", { name: "Versions" }).click();
  await expect(looks.getByText(/, agreed by /)).toBeVisible();
  expect(((await world.api("builder", "GET", `/workflows/${workflow}`)) as { text: string }).text).toBe(next);
  expect(((await world.api("builder", "GET", `/workflows/${workflow}/draft`)) as { text: string }).text).toBe(onwards);
});

test("where two publish, nobody publishes alone, and what is sent back says why", async ({ world, as, isPhone }) => {
  const workflow = unique("never-alone");
  const text = byHand(workflow, "  - { id: made, set: { a: 1 } }");
  const admin = await as("admin", "/settings?show=publishing");
  const always = admin.getByRole("checkbox", { name: /A second person agrees to every version/ });
  await always.check();
  await expect(admin.getByText("From now on a second person agrees to every version.")).toBeVisible();
  try {
    await accessible(admin);
    await expect(publish(world, text)).rejects.toThrow(/TL0728/);
    const asked = (await world.api("builder", "POST", `/workflows/${workflow}/publish-requests`, { text })) as { request_id: string };
    await world.api("builder", "PUT", `/workflows/${workflow}/draft`, { revision: 0, based_on: null, text, samples: {} });
    if (!isPhone) {
      const writes = await as("builder", `/workflows/${workflow}/edit`);
      await writes.getByRole("button", { name: "Publish", exact: true }).click();
      await expect(writes.getByText(/Here a second person agrees to every version/)).toBeVisible();
      await expect(writes.getByRole("dialog").getByRole("button", { name: "Publish", exact: true })).toHaveCount(0);
    }
    await admin.goto(`${world.address}/workflows/${workflow}/edit`);
    await admin.getByRole("button", { name: "Waits for a second person" }).click();
    await admin.getByRole("button", { name: "Send it back" }).click();
    await expect(admin.getByRole("button", { name: "Send it back" })).toBeDisabled();
    await admin.getByLabel("What is to be changed").fill("It has no exception path.");
    await admin.getByRole("button", { name: "Send it back" }).click();
    await expect(admin.getByText("Sent back, with what you said.")).toBeVisible();
    const { items } = (await world.api("builder", "GET", `/workflows/${workflow}/publish-requests`)) as { items: { request_id: string; state: string; words: string }[] };
    expect(items).toMatchObject([{ request_id: asked.request_id, state: "sent_back", words: "It has no exception path." }]);
  } finally {
    await admin.goto(`${world.address}/settings?show=publishing`);
    await always.uncheck();
    await expect(always).not.toBeChecked();
  }
});
