import { accessible, expect, test } from "./fixtures";

test("a holiday is kept, and taken back", async ({ as }) => {
  const page = await as("builder", "/settings?show=calendar");
  await expect(page.getByRole("heading", { name: "Business calendar" })).toBeVisible();
  await accessible(page);
  await page.getByLabel("A day on which nothing is open").fill("2027-12-25");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("button", { name: "Keep" }).click();
  await expect(page.getByText(/The calendar is kept/)).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("25 Dec 2027")).toHaveCount(0);
});

test("a routing rule says who owns what stops", async ({ as }) => {
  const page = await as("admin", "/settings?show=routing");
  await page.getByRole("button", { name: "New rule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Condition (optional)").fill("{{ money is not none and money > 5000 }}");
  await dialog.getByLabel("Owner", { exact: true }).selectOption("team:sales");
  await dialog.getByLabel("Time allowed (optional)").fill("4h");
  await accessible(page);
  await dialog.getByRole("button", { name: "Keep" }).click();
  await expect(page.getByText("due in 4h")).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("There is no rule")).toBeVisible();
});

test("a token is shown once and revoked", async ({ as }) => {
  const page = await as("operator", "/settings?show=tokens");
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  const name = `Reports ${Date.now()}`;
  await dialog.getByLabel("What it is for").fill(name);
  await dialog.getByRole("button", { name: "Make it" }).click();
  await expect(dialog.getByLabel("Token")).toHaveValue(/^tlt_/);
  await accessible(page);
  await dialog.getByRole("button", { name: "I have it" }).click();
  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("button", { name: `Revoke ${name}` })).toHaveCount(0);
});

for (const show of ["you", "channels", "vault", "backups"]) {
  test(`the part “${show}” of the settings has no serious finding`, async ({ as }) => {
    const page = await as("holder", `/settings?show=${show}`);
    await expect(page.getByRole("heading", { level: 2 }).first()).toBeVisible();
    await accessible(page);
  });
}
