import { byHand, invoice, ofRun, publish, start, unique } from "./beside";
import { accessible, expect, test } from "./fixtures";

test("approves with the keyboard alone", async ({ world, as }) => {
  const job = await world.job({ title: "Keyboard" });
  const { proposal_id: id, run_id: run } = await world.proposal(job);
  const page = await as("approver", `/inbox/approvals?id=${id}`);
  await expect(page.getByRole("heading", { level: 2, name: /Create a draft invoice of 1840\.00 GBP/ })).toBeVisible();
  await expect(page.getByText("Silence", { exact: true })).toBeVisible();
  await accessible(page);
  await page.keyboard.press("a");
  await expect(page.getByText("Approved. It is sent once, now.")).toBeVisible();
  await expect(async () => {
    expect(((await world.api("admin", "GET", `/runs/${run}`)) as { status: string }).status).toBe("succeeded");
  }).toPass();
});

test("rejects with a reason, from the keyboard", async ({ world, as }) => {
  const job = await world.job({ title: "Reject" });
  const { proposal_id: id } = await world.proposal(job);
  const page = await as("approver", `/inbox/approvals?id=${id}&show=open`);
  await page.getByRole("button", { name: "Reject" }).waitFor();
  await expect(page.getByRole("button", { name: "Reject" })).toBeEnabled();
  await page.keyboard.press("r");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Reject" })).toBeDisabled();
  await accessible(page);
  await dialog.getByLabel("A value is wrong").focus();
  await page.keyboard.press("Space");
  await dialog.getByRole("textbox", { name: "Note" }).focus();
  await page.keyboard.type("1,480, not 1,840");
  await dialog.getByRole("button", { name: "Reject" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Rejected. Nothing was sent.")).toBeVisible();
  expect(((await world.api("admin", "GET", `/proposals/${id}`)) as { state: string }).state).toBe("rejected");
});

test("a decision about what is no longer so shows why and does nothing", async ({ world, as }) => {
  const job = await world.job({ title: "Conflict" });
  const { proposal_id: id, content_hash: hash } = await world.proposal(job);
  const page = await as("approver", `/inbox/approvals?id=${id}&show=open`);
  await page.getByRole("button", { name: "Approve", exact: false }).first().waitFor();
  // This page hears of nothing any more, as one that was left open on a train.
  await page.route("**/api/v1/changes**", (route) => route.abort());
  await page.route(`**/api/v1/proposals/${id}`, (route) => route.abort());
  await world.api("approver", "POST", `/proposals/${id}/decision`, { verdict: "reject", reason: "not_now", shown_hash: hash });
  await page.unroute(`**/api/v1/proposals/${id}`);
  await page.evaluate(() => document.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true })));
  const changed = page.getByRole("dialog", { name: "It is not as you saw it" });
  const outcome = page.getByText("Rejected, nothing was sent.");
  await expect(changed.or(outcome).first()).toBeVisible();
  // It is pressed, or closes by itself where the outcome comes first; it does not stay.
  await expect(async () => {
    if (await changed.isVisible()) await changed.getByRole("button", { name: "Look at it as it is now" }).click({ timeout: 1_000 });
    await expect(changed).toHaveCount(0, { timeout: 1_000 });
  }).toPass();
  await expect(outcome).toBeVisible();
  await expect(page.getByRole("group", { name: "Decide" })).toHaveCount(0);
});

test("a decision made elsewhere shows its outcome without a reload", async ({ world, as }) => {
  const job = await world.job({ title: "Elsewhere" });
  const { proposal_id: id, content_hash: hash } = await world.proposal(job);
  const page = await as("viewer", `/inbox/approvals?id=${id}&show=open`);
  await expect(page.getByText("You may look, not decide")).toBeVisible();
  await accessible(page);
  await world.api("approver", "POST", `/proposals/${id}/decision`, { verdict: "approve", shown_hash: hash });
  await expect(page.getByText(/Approved by Ana Approver/)).toBeVisible();
});

test("edits and approves; the edit is kept beside the original", async ({ world, as }) => {
  const job = await world.job({ title: "Edit" });
  const { proposal_id: id } = await world.proposal(job);
  const page = await as("approver", `/inbox/approvals?id=${id}&show=open`);
  await page.getByRole("button", { name: /^Edit/ }).click();
  const field = page.getByLabel("What is sent");
  const before = await field.inputValue();
  await field.fill(before.replace("1840.00", "1480.00").slice(0, -1));
  await expect(page.getByText(/This does not read/)).toBeVisible();
  await field.fill(before.replace("1840.00", "1480.00"));
  await page.getByRole("button", { name: "Approve as edited" }).click();
  await expect(page.getByText("Approved with your edit.")).toBeVisible();
  const { replaced_by: edited } = (await world.api("admin", "GET", `/proposals/${id}`)) as { replaced_by: string };
  const { summary } = (await world.api("admin", "GET", `/proposals/${edited}`)) as { summary: string };
  expect(summary).toContain("1480.00");
});

test("decides several of one shape, after opening one", async ({ world, as, isPhone }) => {
  const first = await world.proposal(await world.job({ title: "One of two" }));
  const second = await world.proposal(await world.job({ title: "Two of two" }));
  const page = await as("approver", `/inbox/approvals?id=${first.proposal_id}&show=open`);
  await page.getByRole("button", { name: /of this shape/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Approve 0" })).toBeDisabled();
  if (!isPhone) await accessible(page);
  const chosen = dialog.getByRole("checkbox");
  const count = await chosen.count();
  expect(count).toBeGreaterThanOrEqual(2);
  await dialog.getByRole("button", { name: /Choose all/ }).click();
  await dialog.getByRole("button", { name: `Approve ${count}` }).click();
  await expect(page.getByText(/decisions? taken/)).toBeVisible();
  for (const { proposal_id: id } of [first, second]) {
    const { state } = (await world.api("admin", "GET", `/proposals/${id}`)) as { state: string };
    expect(["approved", "applying", "applied"]).toContain(state);
  }
});

test("asks somebody who only looks, who answers; both hear of it without a reload", async ({ world, as, isPhone }) => {
  const job = await world.job({ title: "Asked about" });
  const { proposal_id: id } = await world.proposal(job);
  const decides = await as("approver", `/inbox/approvals?id=${id}`);
  const looks = await as("viewer", `/inbox/approvals?id=${id}`);
  await expect(looks.getByRole("region", { name: "Comments" })).toHaveCount(0);
  await decides.getByRole("group", { name: "Decide" }).waitFor();
  if (isPhone) {
    await decides.getByRole("button", { name: "More", exact: true }).first().click();
    await decides.getByRole("menuitem", { name: "Ask" }).click();
  } else await decides.keyboard.press("q");
  const dialog = decides.getByRole("dialog", { name: "Ask" });
  await accessible(decides);
  await dialog.getByLabel("Question").fill("Is this the <b>new</b> price?");
  await expect(dialog.getByRole("button", { name: "Ask" })).toBeDisabled();
  await dialog.getByLabel("Whom").selectOption({ label: "Ana Approver" });
  await dialog.getByRole("button", { name: "Ask" }).click();
  await expect(dialog.getByText(/nobody else who signs in here is/i)).toBeVisible();
  await dialog.getByLabel("Whom").selectOption({ label: "Vera Viewer" });
  await dialog.getByRole("button", { name: "Ask" }).click();
  await expect(decides.getByText("Asked. The answer comes here and by mail.")).toBeVisible();
  const comments = decides.getByRole("region", { name: "Comments" });
  await expect(comments.getByText("No answer yet")).toBeVisible();

  const question = looks.getByRole("region", { name: "Comments" });
  await expect(question.getByText("Is this the <b>new</b> price?")).toBeVisible();
  await expect(looks.getByText("You are asked a question, in the comments; others decide this.")).toBeVisible();
  await accessible(looks);
  await looks.goto(`${world.address}/inbox/approvals`);
  const row = looks.getByRole("list", { name: "Waiting" }).getByRole("button").filter({ hasText: "Asks you" });
  await expect(row).toHaveCount(1);
  await row.click();
  await question.getByRole("textbox", { name: "Answer" }).fill("It is, from May on.");
  await question.getByRole("button", { name: "Answer" }).click();
  await expect(row).toHaveCount(0);
  await expect(comments.getByText("It is, from May on.")).toBeVisible();
  await expect(comments.getByText("No answer yet")).toHaveCount(0);
  await accessible(decides);
  await expect(decides.getByRole("button", { name: /^Approve/ })).toBeEnabled();
});

test("puts one off, takes that back, and it comes back when somebody speaks", async ({ world, as, isPhone }) => {
  const job = await world.job({ title: "Put off" });
  const { proposal_id: id } = await world.proposal(job);
  const page = await as("approver", `/inbox/approvals?id=${id}`);
  const chosen = () => expect(page).toHaveURL(new RegExp(`id=${id}`));
  const show = async (name: string) => {
    if (isPhone) await page.getByRole("combobox", { name: "Show" }).selectOption({ label: name });
    else await page.getByRole("group", { name: "Show" }).getByRole("button", { name }).click();
  };
  const beside = async (name: string) => {
    if (!isPhone) return page.getByRole("button", { name, exact: true }).click();
    await page.getByRole("button", { name: "More", exact: true }).first().click();
    await page.getByRole("menuitem", { name }).click();
  };
  await page.getByRole("group", { name: "Decide" }).waitFor();
  await chosen();
  await beside("Snooze");
  const dialog = page.getByRole("dialog", { name: "Snooze" });
  await accessible(page);
  await dialog.getByLabel("Until").fill("2020-01-01T09:00");
  await dialog.getByRole("button", { name: "Snooze" }).click();
  await expect(dialog.getByText(/still to come/)).toBeVisible();
  await dialog.getByRole("button", { name: "In an hour" }).click();
  await dialog.getByRole("button", { name: "Snooze" }).click();
  await expect(page.getByText("Put off. It comes back by itself.")).toBeVisible();
  await show("Snoozed");
  const off = page.getByRole("list", { name: "Waiting" }).getByRole("button").filter({ hasText: "Back" });
  await expect(off).toHaveCount(1);
  await accessible(page);
  if (isPhone) await off.click();
  await beside("Bring back");
  await expect(page.getByText("Back in your list.")).toBeVisible();
  if (isPhone) await page.getByRole("button", { name: "Back to the list" }).click();
  await expect(off).toHaveCount(0);
  await world.api("approver", "PUT", `/proposals/${id}/snooze`, { until: new Date(Date.now() + 3_600_000).toISOString() });
  await expect(off, "another tab put it off").toHaveCount(1);
  await world.api("operator", "POST", `/proposals/${id}/comments`, { text: "It is urgent now." });
  await expect(off).toHaveCount(0);
  await page.goto(`${world.address}/inbox/approvals?id=${id}`);
  await expect(page.getByText("It is urgent now.")).toBeVisible();
  expect(((await world.api("approver", "GET", `/proposals/${id}`)) as { state: string }).state).toBe("open");
});

test("says who is next while nobody decides", async ({ world, as }) => {
  const workflow = unique("silence");
  const policy = "approvals: { who: person:ana, expires: 3h, remind: [ 1h ], escalate: [ { after: 2h, to: role:approver } ] }\n";
  await publish(world, byHand(workflow, invoice(), "review") + policy);
  const { proposal_id: id } = await ofRun(world, "proposals", await start(world, workflow, { about: unique("order"), price: "1840.00" }));
  const page = await as("viewer", `/inbox/approvals?id=${id}&show=open`);
  const next = page.getByRole("list", { name: "Who is next" }).getByRole("listitem");
  await expect(next).toHaveCount(2);
  await expect(next.first()).toContainText("Whoever has not decided is reminded");
  await expect(next.last()).toContainText(/approver\s*role\s*is asked as well/i);
  await accessible(page);
  await world.api("admin", "POST", `/proposals/${id}/withdraw`, { reason: "Only looked at" });
});
