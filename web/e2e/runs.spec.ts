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
  await page.getByRole("button", { name: "customer", exact: true }).click();
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

test("the graph of a run shows what waits, leads to its input, and follows it", async ({ world, as }) => {
  const { run_id: run, proposal_id: id, content_hash: hash } = await world.proposal(await world.job({ title: "Graph" }));
  const page = await as("operator", `/runs/${run}?step=job`);
  const graph = page.getByRole("region", { name: "Graph of the run" });
  const card = (name: RegExp) => graph.getByRole("button", { name });
  await expect(card(/^Read the job and its proof: succeeded/)).toHaveAttribute("aria-current", "step");
  await expect(card(/^It is invoiced: not reached$/)).toHaveAttribute("aria-disabled", "true");
  await accessible(page);
  await card(/^Create the draft invoice: waits for approval$/).click();
  await expect(page).toHaveURL(/step=invoice/);
  await expect(page.getByLabel("invoice-input")).toContainText("cus_0003");
  await expect(page.getByRole("row", { selected: true })).toContainText("invoice");
  // Back along the line with the keys, and what is chosen in the table is chosen here.
  await page.keyboard.press("ArrowLeft");
  await expect(card(/^Put the invoice together/)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Step draft" })).toBeVisible();
  await page.getByRole("button", { name: "customer", exact: true }).click();
  await expect(card(/^Read the customer/)).toHaveAttribute("aria-current", "step");
  await world.api("approver", "POST", `/proposals/${id}/decision`, { verdict: "approve", shown_hash: hash });
  await expect(card(/^Create the draft invoice: succeeded/)).toBeVisible();
  await accessible(page);
});

test("a run whose version cannot be read has no graph, and all else", async ({ world, as }) => {
  const { run_id: run } = await world.proposal(await world.job({ title: "No graph" }));
  const page = await as("operator", "/runs");
  await page.route("**/api/v1/workflows/invoice-readiness?*", (route) => route.fulfill({ status: 404, json: { error: { code: "TL0404", message: "there is no such version", hint: null, docs: "" } } }));
  await page.goto(`${world.address}/runs/${run}`);
  await expect(page.getByText(/^The text of version \d+ cannot be read, so its graph is left out\.$/)).toBeVisible();
  await expect(page.getByRole("button", { name: "customer", exact: true })).toBeVisible();
  await accessible(page);
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
  await page.getByRole("button", { name: "noted", exact: true }).click();
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

test("what differs between a run and its retry stands side by side, and what is hidden stays hidden", async ({ world, as }) => {
  const workflow = unique("compared");
  await publish(world, byHand(workflow, NOTED("Noted for")).replace("retention: 1y", 'retention: 1y, redact: ["steps.who.phone"]'));
  const run = await start(world, workflow, { about: "cus_0003" });
  await runIs(world, run, "succeeded");
  const retry = { from: "who", version: "original", repeat_effects: false, input: { id: "cus_0002" } };
  const { run_id: again } = (await world.api("operator", "POST", `/runs/${run}/retry`, retry)) as { run_id: string };
  await runIs(world, again, "succeeded");
  const page = await as("viewer", `/runs/${again}`);
  await expect(page.getByRole("button", { name: "Compare" })).toBeVisible();
  await page.keyboard.press("d");
  const dialog = page.getByRole("dialog", { name: "Compare with another run" });
  const first = dialog.getByRole("listitem").first();
  await expect(first).toContainText("This one retries it");
  await accessible(page);
  await first.getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(`/runs/${again}\\?with=${run}$`));
  await expect(page.getByText("Both went through; 2 of 2 steps differ.")).toBeVisible();
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "Input id", exact: true }) });
  await expect(row.getByRole("cell").nth(0)).toHaveText("cus_0002");
  await expect(row.getByRole("cell").nth(1)).toHaveText("cus_0003");
  const hidden = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "Output hidden" }) });
  await expect(hidden).toContainText("•••");
  await expect(hidden).toContainText("phone");
  await expect(page.getByRole("rowheader", { name: /phone/ })).toHaveCount(0);
  await page.keyboard.press("j");
  await expect(page.getByRole("rowheader", { name: /^who/ })).toBeFocused();
  await accessible(page);
  await page.getByRole("link", { name: "Open who of the other run" }).click();
  await expect(page.getByLabel("who-input")).toContainText("cus_0003");
});

test("a run that cannot be compared with is said, and one that goes on is followed", async ({ world, as }) => {
  const workflow = unique("alone");
  await publish(world, byHand(workflow, NOTED("Noted for")));
  const run = await start(world, workflow, { about: "cus_0003" });
  await runIs(world, run, "succeeded");
  const { run_id: other } = await world.proposal(await world.job({ title: "Compare" }));
  const page = await as("operator", `/runs/${run}?with=run_00000000000000000000000000`);
  const field = page.getByLabel("Any run, by its id");
  await expect(page.getByText("There is no run run_00000000000000000000000000 in this workspace.")).toBeVisible();
  await expect(field).toHaveValue("run_00000000000000000000000000");
  await accessible(page);
  const compare = page.getByRole("form", { name: "Any run by its id" }).getByRole("button", { name: "Compare" });
  await field.fill(run);
  await compare.click();
  await expect(page.getByText("That is this run itself: name another one.")).toBeVisible();
  await field.fill(`${world.address}/runs/${other}`);
  await compare.click();
  await expect(page.getByText("The other one is a run of another workflow, invoice-readiness")).toBeVisible();
  await expect(page.getByText(/^This one went through, the other one waits at invoice; /)).toBeVisible();
  await world.api("operator", "POST", `/runs/${other}/cancel`);
  await expect(page.getByText(/^This one went through, the other one was cancelled; /)).toBeVisible();
  await page.getByRole("link", { name: "Leave" }).click();
  await expect(page.getByRole("button", { name: "Output" })).toBeVisible();
});
