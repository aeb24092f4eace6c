import { readFileSync } from "node:fs";

import type { Page } from "@playwright/test";

import { byHand, publish, unique } from "./beside";
import { accessible, expect, test } from "./fixtures";
import type { World } from "./world.mjs";

const card = (page: Page, name: string | RegExp) => page.locator(".canvas [data-key]").and(page.getByRole("button", { name }));
const node = (text: string): string => `  - { id: who, title: Read the customer, action: crm.get_customer, connection: crm, with: { id: cus_0003 }, next: noted }
  - { id: noted, title: Note it down, set: { text: "${text}" } }`;

/** A published workflow of its own, open in the editor. */
async function opened(world: World, as: (role: "builder", path: string) => Promise<Page>, text = "{{ steps.who.name }}"): Promise<{ workflow: string; page: Page }> {
  const workflow = unique("closer");
  await publish(world, byHand(workflow, node(text)));
  const page = await as("builder", `/workflows/${workflow}/edit`);
  await expect(card(page, /Note it down/)).toBeVisible();
  return { workflow, page };
}

/** What the server keeps of the draft, once this is so of it. */
async function drafted(world: World, workflow: string, so: (draft: { text: string; samples: Record<string, unknown> }) => void): Promise<void> {
  await expect(async () => { so((await world.api("builder", "GET", `/workflows/${workflow}/draft`)) as { text: string; samples: Record<string, unknown> }); }).toPass({ timeout: 15_000 });
}

test.describe("in the editor", () => {
  test.beforeEach(({ isPhone }) => {
    test.skip(isPhone, "the canvas is changed from 1024 px on");
  });

  test("versions say what differs, on the canvas too, and one before comes back", async ({ world, as }) => {
    const workflow = unique("versions");
    await publish(world, byHand(workflow, node("first words")));
    await publish(world, byHand(workflow, `${node("second words").replace(/ }$/, ", next: told }")}\n  - { id: told, title: Tell them, set: { text: said } }`));
    const page = await as("builder", `/workflows/${workflow}/edit`);
    await page.getByRole("button", { name: "Changes", exact: true }).click();
    const changes = page.getByRole("complementary", { name: "Changes" });
    await expect(changes.getByText("They say the same.")).toBeVisible();
    await changes.getByLabel("Compared with").selectOption("1");
    await expect(changes.getByRole("row", { name: /first words.*second words/ })).toBeVisible();
    await expect(page.locator(".react-flow__node", { hasText: "Note it down" })).toContainText("Changed");
    // It is out of sight, and comes into it.
    await changes.getByRole("button", { name: "Tell them" }).click();
    await expect(page.locator(".react-flow__node", { hasText: "Tell them" })).toContainText("Added");
    await accessible(page);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Versions" }).click();
    const dialog = page.getByRole("dialog", { name: "Versions" });
    await dialog.getByRole("button", { name: "Version 1" }).click();
    await expect(dialog.getByRole("listitem").filter({ hasText: "Tell them" }).last()).toContainText("Added");
    await accessible(page);
    const file = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Download" }).click();
    expect((await file).suggestedFilename()).toBe(`${workflow}-v1.yaml`);
    await dialog.getByRole("button", { name: "Take it as the draft" }).click();
    await expect(card(page, /Tell them/)).toHaveCount(0);
    await drafted(world, workflow, ({ text }) => { expect(text).toBe(byHand(workflow, node("first words"))); });
    await page.getByRole("button", { name: /^Undo/ }).click();
    await expect(card(page, /Tell them/)).toBeVisible();
  });

  test("runs to a step by way of those before it, and keeps the sample that is pinned", async ({ world, as }) => {
    const { workflow, page } = await opened(world, as);
    await card(page, /Note it down/).click();
    await page.getByRole("button", { name: "Run to here" }).click();
    await page.getByRole("tab", { name: "Output" }).click();
    await expect(page.getByText("It ran")).toBeVisible();
    const sample = page.getByLabel("noted sample");
    await expect(sample).toContainText("Sofia Marsh");
    await card(page, /Read the customer/).click();
    await page.getByRole("tab", { name: "Output" }).click();
    await expect(page.getByText("From the last test.")).toBeVisible();
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.getByLabel("Sample of who").fill(`{ "name": "Harbour office" }`);
    await expect(page.getByText("Pinned by hand: tests of later steps read it.")).toBeVisible();
    await accessible(page);
    await drafted(world, workflow, ({ samples }) => { expect(samples).toMatchObject({ who: { name: "Harbour office" } }); });
    await card(page, /Note it down/).click();
    await page.getByRole("button", { name: "Run to here" }).click();
    await page.getByRole("tab", { name: "Output" }).click();
    await expect(sample).toContainText("Harbour office");
    await page.reload();
    await card(page, /Read the customer/).click();
    await page.getByRole("tab", { name: "Output" }).click();
    await page.getByRole("button", { name: "Unpin" }).click();
    await drafted(world, workflow, ({ samples }) => { expect(samples).toEqual({}); });
  });

  test("copies steps as text that anybody can read, and pastes them", async ({ world, as }) => {
    const { workflow, page } = await opened(world, as);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await card(page, /Read the customer/).click();
    await card(page, /Note it down/).click({ modifiers: ["Control"] });
    await expect(page.getByRole("heading", { name: "2 steps chosen" })).toBeVisible();
    await page.keyboard.press("Control+c");
    await expect(page.getByText("Copied as text")).toBeVisible();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("nodes:");
    expect(copied).toContain("action: crm.get_customer");
    await page.keyboard.press("Control+v");
    await expect(card(page, /Read the customer/)).toHaveCount(2);
    // Among themselves they follow; what was there before stays as it was.
    await drafted(world, workflow, ({ text }) => { expect(text).toMatch(/id: who,[^]*steps\.who\.name[^]*id: who_2,[^]*next: noted_2[^]*steps\.who_2\.name/); });
    await page.keyboard.press("Control+x");
    await expect(card(page, /Read the customer/)).toHaveCount(1);
    await page.evaluate(() => navigator.clipboard.writeText("- { id: typed, title: Typed by hand, set: { text: said } }"));
    await page.keyboard.press("Control+v");
    await expect(card(page, /Typed by hand/)).toBeVisible();
    await page.evaluate(() => navigator.clipboard.writeText("no steps at all"));
    await page.keyboard.press("Control+v");
    await expect(page.getByText("The clipboard holds no steps")).toBeVisible();
  });

  test("groups, notes and tidying up are kept, and change nothing that runs", async ({ world, as }) => {
    const { workflow, page } = await opened(world, as);
    await card(page, /Note it down/).click();
    await page.keyboard.press("b");
    await page.getByLabel("Title of the group").fill("By us");
    await page.getByRole("button", { name: "Add a note" }).click();
    await page.getByLabel("Words of the note").fill("Ask billing first");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Note: Ask billing first" })).toBeVisible();
    await page.getByRole("button", { name: "Tidy up" }).click();
    await drafted(world, workflow, ({ text }) => {
      expect(text).toContain("title: By us");
      expect(text).toContain("Ask billing first");
    });
    await accessible(page);
    await page.getByRole("button", { name: "Changes", exact: true }).click();
    await expect(page.getByRole("complementary", { name: "Changes" }).getByRole("listitem")).toHaveCount(1);
    await expect(page.getByText("changed; nothing of it runs")).toBeVisible();
  });

  test("drags a step: its fields come when it is dropped, its group goes along, and one undo takes it back", async ({ world, as }) => {
    const { workflow, page } = await opened(world, as);
    const step = card(page, /Note it down/);
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await step.click();
    await page.keyboard.press("b");
    const frame = page.locator(".canvas .group");
    await expect(frame).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(inspector.getByRole("heading", { name: "Workflow" })).toBeVisible();
    const low = async (what: typeof step): Promise<number> => Math.round((await what.boundingBox())?.y ?? 0);
    const [stood, framed, box] = [await low(step), await low(frame), await step.boundingBox()];
    if (!box) throw new Error("the card is not in sight");
    await page.mouse.move(box.x + 30, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + 30, box.y + 130, { steps: 6 });
    await expect(step).toHaveAttribute("aria-pressed", "true");
    await expect(inspector.getByRole("heading", { name: "Workflow" })).toBeVisible();
    await page.mouse.up();
    await expect(inspector.getByRole("textbox", { name: "Title of the step" })).toHaveValue("Note it down");
    const fallen = (await low(step)) - stood;
    expect(fallen).toBeGreaterThan(50);
    await expect.poll(() => low(frame)).toBe(framed + fallen);
    await drafted(world, workflow, ({ text }) => { expect(text).toMatch(/x: -?\d+/); });
    await page.getByRole("button", { name: "Undo: Move a step" }).click();
    await expect.poll(() => low(step)).toBe(stood);
  });

  test("takes over an export of n8n, says what comes over and what does not, and undoes it", async ({ world, as }) => {
    const { workflow, page } = await opened(world, as);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Import a text or an n8n export" }).click();
    const dialog = page.getByRole("dialog", { name: "Import" });
    await dialog.getByLabel("or its text").fill(`{ "nodes": `);
    await expect(dialog.getByRole("alert")).toBeVisible();
    await expect(dialog.getByRole("button", { name: "Take it over" })).toBeDisabled();
    await dialog.getByLabel("or its text").fill(readFileSync("src/features/editor/model/import/n8n/samples/order-webhook.json", "utf8"));
    const report = dialog.getByRole("region", { name: "What comes over" });
    await expect(report.getByRole("listitem").filter({ hasText: "Large partner order?" })).toContainText("As it was");
    await expect(report.getByRole("listitem").filter({ hasText: "ERP refused" })).toContainText("say who owns it");
    await expect(report.getByRole("listitem").filter({ hasText: "pinData" })).toContainText("Pinned data is not taken over");
    await accessible(page);
    await dialog.getByRole("button", { name: "Take it over" }).click();
    await expect(card(page, /Large partner order/)).toBeVisible();
    await drafted(world, workflow, ({ text }) => {
      expect(text).toContain(`workflow: ${workflow}\n`);
      expect(text).toContain("Large partner order?");
    });
    await expect(page.getByRole("button", { name: /^Publish, \d+ answers? missing/ })).toBeVisible();
    await page.getByRole("button", { name: "Undo: Import from n8n" }).click();
    await expect(card(page, /Note it down/)).toBeVisible();
  });
});
