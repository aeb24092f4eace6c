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
