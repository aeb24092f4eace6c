import { byHand, ofRun, publish, start, unique } from "./beside";
import { accessible, expect, test } from "./fixtures";

test("takes an exception, says what is known, mends the record and goes on", async ({ world, as }) => {
  const job = await world.job({ title: "Unsigned", signature: "" });
  const { exception_id: id } = await world.exception(job);
  const page = await as("operator", `/inbox/exceptions?id=${id}`);
  await expect(page.getByRole("heading", { name: "Next action" })).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "Take", exact: true }).click();
  await expect(page.getByText("It is yours.")).toBeVisible();
  await page.getByLabel("Comment").fill("The crew has the signature on paper.");
  await page.getByRole("button", { name: "Comment" }).click();
  await expect(page.getByText("The crew has the signature on paper.")).toBeVisible();
  await page.getByRole("button", { name: "Fix and continue" }).click();
  const dialog = page.getByRole("dialog");
  await accessible(page);
  await dialog.getByLabel("Note").fill("Scanned and filed");
  // Nobody hears of the change: its run would resolve the exception by evidence, before anybody presses.
  await world.unannounced(() => world.system("PATCH", `/jobs/${job.id}`, { signature: "J. Ortega" }));
  await dialog.getByRole("button", { name: "Fix and continue" }).click();
  await expect(async () => {
    const { state } = (await world.api("operator", "GET", `/exceptions/${id}`)) as { state: string };
    expect(["verifying", "resolved"]).toContain(state);
  }).toPass();
});

test("puts one off and takes that back", async ({ world, as }) => {
  const job = await world.job({ title: "Later", signature: "" });
  const { exception_id: id } = await world.exception(job);
  const page = await as("operator", `/inbox/exceptions?id=${id}`);
  await page.getByRole("button", { name: "Snooze", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Snooze", exact: true }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(async () => {
    expect(((await world.api("operator", "GET", `/exceptions/${id}`)) as { snooze_until: string | null }).snooze_until).toBeNull();
  }).toPass();
});

test("what others wrote is text, whatever it looks like", async ({ world, as }) => {
  const hostile = `<img src=x onerror="document.title='owned'"><script>1</script>`;
  const job = await world.job({ title: hostile, signature: "" });
  const { exception_id: id } = await world.exception(job);
  const page = await as("operator", `/inbox/exceptions?id=${id}`);
  await page.getByLabel("Comment").fill(hostile);
  await page.getByRole("button", { name: "Comment" }).click();
  await expect(page.getByText(hostile).first()).toBeVisible();
  expect(await page.title()).toBe("Exceptions · Throughline");
});

test("what is typed about one stays when another before it goes", async ({ world, as }) => {
  const before = await world.job({ title: "Goes first", signature: "" });
  await world.exception(before);
  const { exception_id: id } = await world.exception(await world.job({ title: "Typed about", signature: "" }));
  const page = await as("operator", `/inbox/exceptions?id=${id}`);
  await expect(page.getByText(/Goes first/).first()).toBeVisible();
  await page.getByLabel("Comment").fill("Half a sentence");
  await world.system("PATCH", `/jobs/${before.id}`, { signature: "J. Ortega" });
  await expect(page.getByText(/Goes first/)).toHaveCount(0);
  await expect(page.getByLabel("Comment")).toHaveValue("Half a sentence");
});

const STOPS = `  - { id: stopped, raise: { reason: missing_required, sentence: "{{ event.about }} lacks its number.", owner: "role:operator", due: 1 business day } }`;

test("hands one over with what is known of it", async ({ world, as }) => {
  const { exception_id: id } = await world.exception(await world.job({ title: "Handed over", signature: "" }));
  const page = await as("operator", `/inbox/exceptions?id=${id}`);
  await page.getByRole("button", { name: "Hand over", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Hand over" })).toBeDisabled();
  await dialog.getByLabel("To", { exact: true }).selectOption({ label: "Ana Approver" });
  await dialog.getByLabel("What is known").fill("The crew was there on Friday.");
  await accessible(page);
  await dialog.getByRole("button", { name: "Hand over" }).click();
  await expect(page.getByText("Handed over.", { exact: true })).toBeVisible();
  const happened = page.getByRole("region", { name: "What happened" });
  await expect(happened.getByRole("listitem").filter({ hasText: "Otto Operator handed it over" })).toContainText("The crew was there on Friday.");
  expect(await world.api("operator", "GET", `/exceptions/${id}`)).toMatchObject({ person: "ana", state: "assigned" });
});

test("hands several over at once, and only those that were shown", async ({ world, as }) => {
  const workflow = unique("stops");
  await publish(world, byHand(workflow, STOPS));
  const stop = async () => (await ofRun(world, "exceptions", await start(world, workflow, { about: unique("Meter") }))).exception_id;
  const two = [await stop(), await stop()];
  const page = await as("operator", `/inbox/exceptions?workflow=${workflow}`);
  await page.getByRole("button", { name: "The same for 2 exceptions" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("To", { exact: true }).selectOption({ label: "Billing" });
  await dialog.getByLabel("Note").fill("Numbers are with billing now.");
  await accessible(page);
  const third = await stop();
  await dialog.getByRole("button", { name: "Hand over: 2" }).click();
  await expect(dialog.getByRole("alert")).toContainText("You confirmed 2 of them, and now there are 3: look again, nothing was changed.");
  for (const id of [...two, third]) expect(await world.api("operator", "GET", `/exceptions/${id}`)).toMatchObject({ owner: "role:operator" });
  await expect(dialog.getByRole("heading", { name: "The same for 3 exceptions" })).toBeVisible();
  await dialog.getByRole("button", { name: "Hand over: 3" }).click();
  await expect(page.getByText("3 exceptions done")).toBeVisible();
  for (const id of [...two, third]) expect(await world.api("operator", "GET", `/exceptions/${id}`)).toMatchObject({ owner: "team:billing" });
});
