import { byHand, publish, runIs, start, unique } from "./beside";
import { accessible, expect, test } from "./fixtures";

test("figures are charts, tables and files, and say what they count", async ({ as }) => {
  const page = await as("viewer", "/figures");
  const chart = page.getByRole("region", { name: "Straight-through rate", exact: true });
  await expect(chart.getByRole("img", { name: /Straight-through rate per day from/ })).toBeVisible();
  await accessible(page);
  await chart.getByRole("button", { name: "What “Straight-through rate” counts" }).focus();
  await expect(chart.getByRole("tooltip")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(chart.getByRole("tooltip")).toBeHidden();
  await chart.getByRole("button", { name: "Table" }).click();
  await expect(chart.getByRole("columnheader", { name: "From" })).toBeVisible();
  const file = page.waitForEvent("download");
  await chart.getByRole("button", { name: "Straight-through rate as CSV" }).click();
  expect((await file).suggestedFilename()).toBe("straight-through.csv");
  await accessible(page);
});

test("a record is found by its number, its key and its words", async ({ world, as }) => {
  const job = await world.job({ title: "Found again", signature: "" });
  await world.exception(job);
  const page = await as("operator", "/records");
  await expect(page.getByText(/Where is this order/)).toBeVisible();
  await accessible(page);
  await page.getByRole("searchbox").fill(job.id);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: job.id })).toBeVisible();
  await expect(page.getByText(new RegExp(`Job ${job.number}`)).first()).toBeVisible();
  await accessible(page);
  await page.getByRole("searchbox").fill("nothing of this name");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/Nothing here speaks of/)).toBeVisible();
});

test("the truth map says where something is changed", async ({ as }) => {
  const page = await as("viewer", "/truth-map");
  await expect(page.getByRole("rowheader", { name: /Customer/ })).toBeVisible();
  await accessible(page);
  await page.getByLabel("A field or a record").fill("customer");
  await expect(page.getByText("In CRM.")).toBeVisible();
  await expect(page.getByText("Not in Accounting.")).toBeVisible();
  await page.getByRole("button", { name: "Sentences" }).click();
  await expect(page.getByText(/Invoice readiness is about records of Projects/)).toBeVisible();
  await accessible(page);
});

test("the first steps are there for who asks, and know what is done", async ({ as }) => {
  const page = await as("admin", "/today?guide=1");
  const guide = page.getByRole("region", { name: "First steps" });
  await expect(guide.getByRole("listitem").filter({ hasText: "Pick a workflow to begin with, done" })).toBeVisible();
  await accessible(page);
  await guide.getByRole("button", { name: "Close" }).click();
  await expect(guide).toHaveCount(0);
});

test("a question of a workflow stands on Today for whoever is asked, until somebody answers", async ({ world, as }) => {
  const workflow = unique("asks");
  const nodes = `  - { id: go, ask: { question: "Is ${workflow} good to go?", form: [ { field: go, type: yes_no, title: Go } ], owner: "role:operator", due: 4h } }`;
  await publish(world, byHand(workflow, nodes));
  const page = await as("operator", "/today");
  await page.getByRole("heading", { name: "Needs you", exact: true }).waitFor();
  const run = await start(world, workflow, { about: workflow });
  const link = page.getByRole("link", { name: `Is ${workflow} good to go?` });
  await expect(link, "it comes without a reload").toBeVisible();
  await accessible(page);
  await link.click();
  await page.getByLabel("Go", { exact: true }).check();
  await page.getByRole("button", { name: "Answer" }).click();
  await runIs(world, run, "succeeded");
  await page.goto(`${world.address}/today`);
  await page.getByRole("heading", { name: "Needs you", exact: true }).waitFor();
  await expect(link).toHaveCount(0);
});
