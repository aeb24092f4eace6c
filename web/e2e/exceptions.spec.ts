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
