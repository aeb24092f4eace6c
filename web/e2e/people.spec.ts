import { accessible, expect, test } from "./fixtures";

test("invites somebody by a link that is shown once, and lets them stand in", async ({ as }) => {
  const name = `Iris ${Date.now()}`;
  const page = await as("holder", "/people?new=member");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Mail address").fill(`iris${Date.now()}@demo.example`);
  await dialog.getByLabel("Handle").fill(`iris${Date.now()}`);
  await dialog.getByLabel(/^Approver/).check();
  await accessible(page);
  await dialog.getByRole("button", { name: "Invite" }).click();
  await expect(dialog.getByLabel("Link")).toHaveValue(/\/setup\//);
  await dialog.getByRole("button", { name: "I have it" }).click();
  await expect(page.getByText(name)).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "Away" }).click();
  await page.getByRole("button", { name: "Somebody is away" }).click();
  await dialog.getByLabel("Who is away").selectOption({ label: "Ana Approver" });
  await dialog.getByLabel("Who stands in").selectOption({ label: name });
  await accessible(page);
  await dialog.getByRole("button", { name: "Let them stand in" }).click();
  await expect(page.getByRole("row", { name: new RegExp(`Ana Approver.*${name}`) })).toBeVisible();
  await page.getByRole("button", { name: `End it: ${name} for Ana Approver` }).click();
  await dialog.getByRole("button", { name: "End it" }).click();
  await expect(page.getByText("Nobody stands in for anybody")).toBeVisible();
});

test("a team gets a member and loses them, with the way back", async ({ as }) => {
  const page = await as("admin", "/people?show=teams");
  await accessible(page);
  await page.getByRole("button", { name: "Change Sales" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Add somebody").selectOption({ label: "Vera Viewer" });
  await dialog.getByRole("button", { name: "Take Vera Viewer out" }).click();
  await expect(dialog.getByRole("button", { name: "Take Vera Viewer out" })).toHaveCount(0);
});

test("accounts are disabled and enabled again", async ({ world, as }) => {
  // Of its own: whoever is disabled loses their session, and other journeys go on with theirs.
  const name = `Dana ${Date.now()}`;
  await world.api("holder", "POST", "/accounts", { mail: `dana${Date.now()}@demo.example`, name });
  const page = await as("holder", "/people?show=accounts");
  await accessible(page);
  await page.getByRole("button", { name: `More about ${name}` }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await expect(page.getByText("Disabled", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Disabled", { exact: true })).toHaveCount(0);
});
