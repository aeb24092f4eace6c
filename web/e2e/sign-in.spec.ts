import { accessible, expect, test } from "./fixtures";

test("signs in with mail and password, in place", async ({ world, page }) => {
  const password = await world.password("vera@demo.example");
  await page.goto(`${world.address}/inbox/exceptions`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await accessible(page);
  await page.getByLabel("Mail address").fill("vera@demo.example");
  await page.getByLabel("Password").fill("not this one at all");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  // The page that was asked for, not the home.
  await expect(page.getByRole("heading", { name: "Exceptions", level: 1 })).toBeVisible();
});

test("a lost session loses nothing: sign in again in place and the decision goes on", async ({ world, as }) => {
  const password = await world.password("ana@demo.example");
  const job = await world.job({ title: "Session" });
  const { proposal_id: id } = await world.proposal(job);
  const page = await as("approver", `/inbox/approvals?id=${id}&show=open`);
  await page.getByRole("button", { name: "Reject" }).click();
  await page.getByLabel("Right, but not now").check();
  await page.getByRole("textbox", { name: "Note" }).fill("After the audit");
  await page.context().clearCookies();
  await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await expect(again).toBeVisible();
  await expect(again.getByLabel("Mail address")).toHaveValue("ana@demo.example");
  await again.getByLabel("Password").fill(password);
  await again.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Rejected. Nothing was sent.")).toBeVisible();
  const { state, decisions } = (await world.api("admin", "GET", `/proposals/${id}`)) as { state: string; decisions: { note: string }[] };
  expect(state).toBe("rejected");
  expect(decisions[0]?.note).toBe("After the audit");
});
