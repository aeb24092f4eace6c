import type { Page } from "@playwright/test";

import { accessible, expect, test } from "./fixtures";
import type { World } from "./world.mjs";

const unique = (name: string): string => `${name}-${Math.random().toString(36).slice(2, 8)}`;
const card = (page: Page, name: string | RegExp) => page.locator(".canvas [data-key]").and(page.getByRole("button", { name }));
/** What the server keeps of a draft; nothing while there is none. */
async function draft(world: World, workflow: string): Promise<{ text: string; revision: number } | null> {
  return world.api("builder", "GET", `/workflows/${workflow}/draft`).then(
    (found) => found as { text: string; revision: number },
    () => null,
  );
}

test.describe("the editor", () => {
  test.beforeEach(({ isPhone }) => {
    test.skip(isPhone, "the canvas is changed from 1024 px on");
  });

  test("keeps a draft through reloading, and while the server is away", async ({ world, as }) => {
    const workflow = unique("kept");
    const page = await as("builder", `/workflows/${workflow}/edit?begin=1`);
    await page.getByLabel("Owner of the workflow").fill("team:billing");
    await expect(page.getByText(/^Saved \d/)).toBeVisible();
    expect((await draft(world, workflow))?.text).toContain("owner: team:billing");
    await page.route("**/api/v1/workflows/*/draft", (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
    await page.getByLabel("Title", { exact: true }).fill("Typed while away");
    await expect(page.getByText("Kept in this browser")).toBeVisible();
    await page.unroute("**/api/v1/workflows/*/draft");
    await page.reload();
    await expect(page.getByLabel("Title", { exact: true })).toHaveValue("Typed while away");
    await expect(page.getByText(/^Saved \d/)).toBeVisible();
    expect((await draft(world, workflow))?.text).toContain("Typed while away");
  });

  test("brings together what was saved elsewhere meanwhile", async ({ world, as }) => {
    const workflow = unique("both");
    const page = await as("builder", `/workflows/${workflow}/edit?begin=1`);
    await page.getByLabel("Owner of the workflow").fill("team:billing");
    await expect(page.getByText(/^Saved \d/)).toBeVisible();
    const before = await draft(world, workflow);
    await world.api("builder", "PUT", `/workflows/${workflow}/draft`, { revision: before?.revision, based_on: null, text: `${before?.text ?? ""}log: { retention: 7y }\n`, samples: {} });
    await page.getByLabel("Title", { exact: true }).fill("Mine");
    await page.getByRole("button", { name: "Saved elsewhere too" }).click();
    await accessible(page);
    await page.getByRole("button", { name: "Bring both together" }).click();
    await expect(page.getByText(/^Saved \d/)).toBeVisible();
    const after = (await draft(world, workflow))?.text ?? "";
    expect(after).toContain("title: Mine");
    expect(after).toContain("retention: 7y");
  });

  test("text and canvas follow each other, and a text that cannot be read is kept", async ({ as }) => {
    const page = await as("builder", "/workflows/invoice-readiness/edit");
    await page.getByRole("button", { name: "Text", exact: true }).click();
    const text = page.getByRole("textbox", { name: "Text of the workflow" });
    await card(page, /Is it invoiced already/).click();
    await expect(text.locator(".cm-activeLine")).toContainText("id: billed");
    await text.click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("title: [\n");
    await expect(page.getByText(/What you typed is kept/).first()).toBeVisible();
    await expect(async () => {
      await page.keyboard.press("Control+z");
      await expect(page.getByText(/What you typed is kept/)).toHaveCount(0, { timeout: 400 });
    }).toPass();
    await accessible(page);
  });

  test("tests a step really, and says when that is stale", async ({ as }) => {
    const page = await as("builder", "/workflows/invoice-readiness/edit");
    await card(page, /Read the job/).click();
    await page.getByRole("button", { name: "Test this step" }).click();
    await expect(page.getByText("It ran")).toBeVisible();
    await page.getByRole("tab", { name: "Input" }).click();
    await page.getByRole("textbox", { name: "Photos a job needs as proof" }).click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("3");
    await expect(page.getByText("Stale: something changed").first()).toBeVisible();
    await page.getByRole("button", { name: /^Undo/ }).click();
    await expect(page.getByText("Stale: something changed")).toHaveCount(0);
  });
});

test("on a phone the workflow shows, and nothing of it is changed", async ({ as, isPhone }) => {
  test.skip(!isPhone, "for narrow pages");
  const page = await as("builder", "/workflows/invoice-readiness/edit");
  await expect(card(page, /Trigger/)).toBeVisible();
  await expect(page.getByRole("button", { name: /Add a step/ })).toHaveCount(0);
  await accessible(page);
});
