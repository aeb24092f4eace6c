import { byHand, invoice, ofRun, publish, runIs, start, unique } from "./beside";
import { accessible, expect, test } from "./fixtures";

test("beside a decision stands what was decided about the same before", async ({ world, as }) => {
  const workflow = unique("bill");
  await publish(world, byHand(workflow, invoice(), "review, tolerated_error: 1%, until: graduated"));
  const asked = async (price: string) => ofRun(world, "proposals", await start(world, workflow, { about: unique("order"), price }));
  const [first, second, third] = [await asked("1840.00"), await asked("920.00"), await asked("310.00")];
  const page = await as("approver", `/inbox/approvals?id=${second.proposal_id}&show=open`);
  const similar = page.getByRole("region", { name: "Similar decisions" });
  await expect(similar.getByText("None before: this is the first of its shape")).toBeVisible();
  const other = await as("approver", `/inbox/approvals?id=${first.proposal_id}&show=open`);
  await other.getByRole("button", { name: "Approve", exact: true }).click();
  await runIs(world, first.run_id, "succeeded");
  // The page that was open all along hears of it.
  await expect(similar.getByText("The one before: 1 approved.")).toBeVisible();
  await expect(similar.getByRole("listitem")).toContainText(/1840\.00 GBP.*Approved/);
  await accessible(page);
  await page.getByRole("button", { name: "Reject" }).click();
  await page.getByRole("dialog").getByLabel("Right, but not now").check();
  await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
  await expect(page.getByText("Rejected. Nothing was sent.")).toBeVisible();
  await page.goto(`${world.address}/inbox/approvals?id=${third.proposal_id}&show=open`);
  await expect(similar.getByText("Of the last 2 decisions: 1 rejected, 1 approved.")).toBeVisible();
  await expect(similar.getByRole("listitem").first()).toContainText(/920\.00 GBP.*Rejected/);
});

test("shows what is hidden of a run for a reason, and the run says who looked", async ({ world, as }) => {
  const { run_id: run } = await world.proposal(await world.job({ title: "Hidden" }));
  const page = await as("admin", `/runs/${run}?step=customer`);
  await page.getByRole("button", { name: "Output" }).click();
  const output = page.getByLabel("customer-output");
  await expect(output).toContainText(/"phone": "•••/);
  await page.getByRole("button", { name: "Show them" }).click();
  const dialog = page.getByRole("dialog", { name: "Show what is hidden: why?" });
  await expect(dialog.getByRole("button", { name: "Show" })).toBeDisabled();
  await dialog.getByLabel("Reason").fill("The customer asks which number we have");
  await accessible(page);
  await dialog.getByRole("button", { name: "Show" }).click();
  await expect(page.getByText("Nothing is hidden on this page now.")).toBeVisible();
  await expect(output).toContainText(/"phone": "01632 /);
  await accessible(page);
  await page.reload();
  await page.getByRole("button", { name: "Output" }).click();
  await expect(output).toContainText(/"phone": "•••/);
  // Who may only look reads who looked and why, and is shown nothing.
  const other = await as("viewer", `/runs/${run}?step=customer`);
  const hidden = other.getByRole("region", { name: "Hidden values" });
  await hidden.getByText("1 person has looked").click();
  await expect(hidden.getByRole("listitem")).toContainText(/Olive Office.*The customer asks which number we have/);
  await expect(hidden.getByRole("button", { name: "Show them" })).toHaveCount(0);
  await expect(world.api("viewer", "POST", `/runs/${run}/reveal`, { reason: "Curious" })).rejects.toThrow(/403/);
});
