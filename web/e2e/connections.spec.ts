import { accessible, expect, test } from "./fixtures";

test("connects a system, sees whose account answers, and deletes it again", async ({ world, as }) => {
  const name = `crm-${Date.now()}`;
  const page = await as("admin", "/connections");
  await expect(page.getByRole("link", { name: "crm", exact: true })).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: /New/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("To what").selectOption("crm");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel(/address/i).fill(world.crm);
  await dialog.getByLabel(/^API token/).fill(world.crmToken);
  await accessible(page);
  await dialog.getByRole("button", { name: "Connect and test" }).click();
  await expect(dialog.getByText("It works.")).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page.getByText(/in the vault as/)).toBeVisible();
  await expect(page.getByText(world.crmToken)).toHaveCount(0);
  await accessible(page);
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog").getByText("No published workflow uses it.")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("link", { name, exact: true })).toHaveCount(0);
});

test("deleting says which workflows would wait", async ({ as }) => {
  const page = await as("admin", "/connections/accounting");
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog").getByText(/Invoice readiness/)).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Back" }).click();
});

test("a plugin says in words what it may do before it is installed", async ({ world, as }) => {
  const page = await as("holder", "/plugins");
  await page.getByRole("button", { name: "CRM" }).click();
  await expect(page.getByRole("region", { name: "CRM" }).getByText("Where it is used")).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "Install" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Component").setInputFiles(world.plugin("crm"));
  await dialog.getByRole("button", { name: "Check it" }).click();
  await expect(page.getByText(/was installed already/)).toBeVisible();
  // Another version of it, as the server would refuse it without consent.
  await page.route("**/api/v1/plugins", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ status: 409, json: { error: { code: "TL0350", message: "installing `crm` needs your consent to what it may do: can create_customer: sent at most once, CANNOT BE UNDONE; can delete_customer: sent at most once, CANNOT BE UNDONE", hint: "if you agree, send it again with ?accept=sha256:abc", problems: [], docs: "" } } })
      : route.continue(),
  );
  await page.getByRole("button", { name: "Install" }).click();
  await dialog.getByLabel("Component").setInputFiles(world.plugin("crm"));
  await dialog.getByRole("button", { name: "Check it" }).click();
  const asked = dialog.getByRole("list", { name: "What it may do" });
  await expect(asked.getByRole("listitem").first()).toContainText("delete_customer");
  await expect(asked.getByText("New", { exact: true })).toHaveCount(1);
  await accessible(page);
  await dialog.getByRole("button", { name: "Do not install" }).click();
});
