import type { Page } from "@playwright/test";

import { expect } from "./fixtures";

const card = (page: Page, name: string | RegExp) => page.locator(".canvas [data-key]").and(page.getByRole("button", { name }));

/** In an editor that begins with nothing: "when a job completes, if proof is missing raise an exception to the field lead, else propose an invoice". */
export async function buildInvoicing(page: Page, picture: (name: string) => Promise<void>): Promise<void> {
  await expect(card(page, /Trigger/)).toBeVisible();
  const keys = page.keyboard;
  const add = async (what: string): Promise<void> => {
    await keys.press("/");
    await expect(page.getByRole("combobox", { name: "Add a step" })).toBeFocused();
    await keys.type(what);
    if (what.startsWith("if proof")) await picture("add-a-step");
    await expect(page.locator(".pal").getByRole("option", { selected: true })).toBeVisible();
    await keys.press("Enter");
    await expect(page.getByRole("combobox", { name: "Add a step" })).toHaveCount(0);
  };
  const back = async (name: RegExp): Promise<void> => {
    // What is offered for completion comes a moment after typing, and the first Escape only closes it.
    await page.waitForTimeout(250);
    const offered = page.locator(".cm-tooltip-autocomplete");
    if (await offered.isVisible()) await keys.press("Escape");
    await expect(offered).toHaveCount(0);
    await keys.press("Escape");
    await expect(card(page, name)).toBeFocused();
  };

  // When a job completes
  await expect(async () => {
    await keys.press("ArrowRight");
    await expect(card(page, /Trigger/)).toBeFocused({ timeout: 300 });
  }).toPass();
  await keys.press("Enter");
  await expect(page.getByRole("button", { name: "Choose a trigger" })).toBeFocused();
  await keys.press("Enter");
  await keys.type("when a job completes");
  await keys.press("Enter");
  await expect(card(page, "Trigger: projects.job_completed")).toBeVisible();
  await back(/Trigger/);

  // read it
  await add("read the job");
  await expect(page.getByLabel("Action")).toBeFocused();
  await keys.press("Tab");
  await keys.press("Tab");
  await keys.type("{{event.job_id");
  await back(/Get a job/);

  // if proof is missing, an exception for the field lead
  await add("if proof is missing");
  await expect(page.getByLabel("Title of the step")).toBeFocused();
  await keys.type("Is the proof there?");
  const condition = page.getByLabel("Condition 1: when");
  await condition.focus();
  await keys.press("Control+a");
  await keys.type("steps.get_a_job.missing | length == 0");
  await expect(page.getByText("True in the sample")).toBeVisible();
  await picture("condition");
  await back(/Is the proof there/);
  await add("propose an invoice");
  await page.getByLabel("Customer", { exact: true }).focus();
  await keys.type("{{steps.get_a_job.customer_id");
  await page.getByRole("button", { name: "Lines: write an expression" }).focus();
  await keys.press("Enter");
  await page.getByRole("textbox", { name: "Lines" }).focus();
  await keys.type("{{steps.get_a_job.lines");
  await back(/Create an invoice/);
  await keys.press("ArrowLeft");
  await expect(card(page, /Is the proof there/)).toBeFocused();
  await add("raise an exception");
  await keys.type("Proof is missing");
  await page.getByLabel("Reason", { exact: true }).focus();
  await keys.type("Missing");
  await page.getByLabel("Owner", { exact: true }).focus();
  await keys.type("role:field_lead");
  await page.getByLabel("Time allowed").focus();
  await keys.type("next_business_day 12:00");
  await back(/Proof is missing/);

  // what a complete workflow says beside that
  await page.getByRole("button", { name: /^Exception path/ }).focus();
  await keys.press("Enter");
  await page.getByLabel("Owner", { exact: true }).focus();
  await keys.type("team:billing");
  await page.getByLabel("Time allowed").focus();
  await keys.type("1 business day");
  await page.getByRole("button", { name: /^Source system/ }).focus();
  await keys.press("Enter");
  await page.getByLabel("Owner of the workflow").focus();
  await keys.type("team:billing");
  await page.getByRole("button", { name: /^Log/ }).focus();
  await keys.press("Enter");
  await page.getByLabel("Kept for").focus();
  await keys.type("7y");
  await page.getByRole("button", { name: /^Review period/ }).focus();
  await keys.press("Enter");
  await page.getByRole("radio", { name: /^Review/ }).focus();
  await keys.press("Space");
}
