import { fileURLToPath } from "node:url";

import type { Locator, Page } from "@playwright/test";

import { buildInvoicing } from "./build-by-keyboard";
import { accessible, expect, test } from "./fixtures";

const PASSWORD = "correct horse battery staple";

/** The guide's pictures are of this very journey, when `GUIDE=1` asks for them. */
async function picture(of: Page | Locator, name: string): Promise<void> {
  if (!process.env.GUIDE) return;
  const page = "goto" in of ? of : of.page();
  for (let toasts = page.getByRole("button", { name: "Dismiss" }); (await toasts.count()) > 0; ) await toasts.first().dispatchEvent("click");
  await of.screenshot({ path: fileURLToPath(new URL(`../../docs/guide/pictures/${name}.png`, import.meta.url)), animations: "disabled" });
}

/** Goes to what is seen under this name, as Tab would, and presses it. */
async function press(page: Page, role: "button" | "link" | "checkbox", name: string | RegExp, key = "Enter"): Promise<void> {
  await page.getByRole(role, { name }).first().focus();
  await page.keyboard.press(key);
}

async function firstAccount(page: Page, setup: string): Promise<void> {
  await page.goto(setup);
  await page.keyboard.type("olive@example.com");
  for (const [label, text] of [["Name", "Olive Marsh"], ["Password, at least 12 characters", PASSWORD], ["The same again", PASSWORD]] as const) {
    await page.getByLabel(label, { exact: true }).focus();
    await page.keyboard.type(text);
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "First steps" })).toBeVisible();
}

async function install(page: Page, connector: string | RegExp): Promise<void> {
  await press(page, "button", connector);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("list", { name: "What it may do" })).toBeVisible();
  await accessible(page);
  if (connector === "Install Accounting") await picture(dialog, "consent");
  await dialog.getByRole("button", { name: "Agree and install" }).focus();
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
}

test.describe("an empty install", () => {
  test.beforeEach(({ isPhone }) => {
    test.skip(isPhone, "the canvas is changed from 1024 px on");
    test.setTimeout(180_000);
  });

  test("becomes a workflow of one's own, with the keyboard alone", async ({ empty, alone: page }) => {
    await firstAccount(page, empty.address + empty.setup);
    await accessible(page);
    await picture(page, "first-steps");
    await press(page, "link", /^Plugins/);
    for (const connector of ["Install Projects", "Install Accounting"]) await install(page, connector);
    await press(page, "link", /^Connections/);
    await picture(page.getByRole("main"), "connect");
    await press(page, "button", /^Connect (accounting, projects|projects, accounting)$/);
    await expect(page.getByRole("link", { name: "accounting" })).toBeVisible();

    await press(page, "link", /^Today/);
    await press(page, "link", "begin blank");
    await page.getByLabel("Title", { exact: true }).focus();
    await page.keyboard.type("Job invoicing");
    await page.keyboard.press("Enter");
    await buildInvoicing(page, (name) => picture(page, name));
    await expect(page.getByText("Nothing stops it from being published.")).toBeVisible();
    await accessible(page);
    await picture(page, "complete");
    await press(page, "button", "Publish");
    await page.getByRole("dialog").getByRole("button", { name: "Publish" }).focus();
    await page.keyboard.press("Enter");
    await expect(page.getByText("Version 1 is published")).toBeVisible();

    await press(page, "link", /^Today/);
    await press(page, "button", "Be the approver yourself");
    await press(page, "button", "Complete one without");
    await expect(page.getByText("is completed in the projects system")).toBeVisible();
    await press(page, "link", /^Exceptions/);
    await expect(page.getByRole("row", { name: /Proof is missing.*Field lead/ })).toBeVisible();
    await accessible(page);
    await press(page, "button", /^Job completed/);
    await expect(page.getByRole("heading", { name: "Next action" })).toBeVisible();
    await picture(page, "exception");
    await press(page, "link", /^Today/);
    await press(page, "button", "Complete a job with its proof");
    await expect(page.getByText("is completed in the projects system").first()).toBeVisible();
    await press(page, "link", /^Approvals/);
    await press(page, "button", /^Create a draft invoice/);
    await expect(page.getByRole("heading", { level: 2, name: /^Create a draft invoice/ })).toBeVisible();
    await picture(page, "approval");
    await page.keyboard.press("a");
    await expect(page.getByText("Approved. It is sent once, now.")).toBeVisible();
    await press(page, "link", /^Runs/);
    await press(page, "link", "job-invoicing");
    await expect(page.getByText("Succeeded").first()).toBeVisible();
    await expect(page.getByText("Waits for approval")).toHaveCount(0);
    await picture(page, "run");
  });

  test("becomes a pack that has earned its first yes, along the first steps", async ({ empty, alone: page }) => {
    await firstAccount(page, empty.address + empty.setup);
    const steps = page.getByRole("region", { name: "First steps" });
    await steps.getByRole("button", { name: /^Invoice readiness/ }).click();
    await expect(page.getByText("The connector “projects” is not installed").first()).toBeVisible();
    await page.getByRole("link", { name: "Today" }).first().click();
    for (const connector of ["Projects", "Accounting", "CRM"]) await install(page, `Install the connector ${connector}`);
    await steps.getByRole("button", { name: /^Connect / }).click();
    await accessible(page);
    await steps.getByRole("link", { name: "Open it" }).click();
    await expect(page.getByText("Nothing stops it from being published.")).toBeVisible();
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
    await expect(page.getByText("Version 1 is published")).toBeVisible();
    await page.getByRole("link", { name: "Today" }).first().click();
    await steps.getByRole("button", { name: "Be the approver yourself" }).click();
    await expect(steps.getByText("Nobody here has that role yet")).toHaveCount(0);
    await accessible(page);
    await steps.getByRole("button", { name: "Complete a job with its proof" }).click();
    await expect(page.getByText("is completed in the projects system")).toBeVisible();
    await page.getByRole("link", { name: /^Approvals/ }).first().click();
    await page.getByRole("button", { name: /^Create a draft invoice/ }).click();
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await expect(page.getByText("Approved. It is sent once, now.")).toBeVisible();
    await page.getByRole("link", { name: "Figures" }).first().click();
    await expect(page.getByText(/1 of 1|100\s?%/).first()).toBeVisible();
    await accessible(page);
  });
});
