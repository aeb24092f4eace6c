import { expect, test } from "./fixtures";
import type { World } from "./world.mjs";

const unique = (name: string): string => `${name}-${Math.random().toString(36).slice(2, 8)}`;
const draft = async (world: World, workflow: string): Promise<string> => ((await world.api("builder", "GET", `/workflows/${workflow}/draft`)) as { text: string }).text;

test("a restart with an approval open loses nothing", async ({ world, as }) => {
  const { proposal_id: id } = await world.proposal(await world.job({ title: "Restart" }));
  const page = await as("approver", `/inbox/approvals?id=${id}&show=open`);
  await page.getByRole("button", { name: "Reject" }).click();
  await page.getByLabel("Right, but not now").check();
  await page.getByRole("textbox", { name: "Note" }).fill("Typed before the power went");
  await world.kill();
  await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("the server does not answer", { ignoreCase: true });
  await expect(page.getByText("The server is not heard")).toBeVisible();
  await world.again();
  await expect(page.getByText("The server is not heard")).toHaveCount(0, { timeout: 30_000 });
  await expect(page.getByRole("textbox", { name: "Note" })).toHaveValue("Typed before the power went");
  await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
  await expect(page.getByText("Rejected. Nothing was sent.")).toBeVisible();
  const { decisions } = (await world.api("admin", "GET", `/proposals/${id}`)) as { decisions: { note: string }[] };
  expect(decisions.map((one) => one.note)).toEqual(["Typed before the power went"]);
});

test.describe("in the editor", () => {
  test.beforeEach(({ isPhone }) => {
    test.skip(isPhone, "the canvas is changed from 1024 px on");
  });

  test("a lost session loses nothing: what is typed waits, and is kept after signing in", async ({ world, as }) => {
    const password = await world.password("ben@demo.example");
    const workflow = unique("session");
    const page = await as("builder", `/workflows/${workflow}/edit?begin=1`);
    await page.getByLabel("Owner of the workflow").fill("team:billing");
    await expect(page.getByText(/^Saved \d/)).toBeVisible();
    await page.context().clearCookies();
    await page.getByLabel("Title", { exact: true }).fill("Typed without a session");
    const again = page.getByRole("dialog", { name: "Sign in again" });
    await expect(again).toBeVisible();
    await again.getByLabel("Password").fill(password);
    await again.getByRole("button", { name: "Sign in" }).click();
    await expect(again).toHaveCount(0);
    await expect(page.getByLabel("Title", { exact: true })).toHaveValue("Typed without a session");
    await expect(page.getByText(/^Saved \d/)).toBeVisible();
    expect(await draft(world, workflow)).toContain("title: Typed without a session");
  });

  test("two tabs lose nothing: one follows the other, and what both changed is brought together", async ({ world, as }) => {
    const workflow = unique("tabs");
    const one = await as("builder", `/workflows/${workflow}/edit?begin=1`);
    await one.getByLabel("Owner of the workflow").fill("team:billing");
    await expect(one.getByText(/^Saved \d/)).toBeVisible();
    const other = await one.context().newPage();
    await other.goto(one.url().replace("?begin=1", ""));
    await expect(other.getByLabel("Owner of the workflow")).toHaveValue("team:billing");
    await one.getByLabel("Title", { exact: true }).fill("From the first tab");
    await expect(other.getByLabel("Title", { exact: true })).toHaveValue("From the first tab");
    // Both at once: the second one's save meets the first one's.
    await other.route("**/draft", (route) => (route.request().method() === "GET" ? route.abort() : route.continue()));
    await other.getByLabel("What it is for").fill("Said in the second tab");
    await one.getByLabel("Title", { exact: true }).fill("Changed in the first tab");
    await expect(one.getByText(/^Saved \d/).or(one.getByRole("button", { name: "Saved elsewhere too" }))).toBeVisible();
    await other.unroute("**/draft");
    await expect(async () => {
      // Which of the two meets the other, and when, is theirs to find out.
      for (const tab of [one, other]) {
        const meets = tab.getByRole("button", { name: "Saved elsewhere too" });
        if (!(await meets.isVisible())) continue;
        await meets.click();
        await tab.getByRole("button", { name: "Bring both together" }).click();
      }
      const text = await draft(world, workflow);
      expect(text).toContain("Changed in the first tab");
      expect(text).toContain("Said in the second tab");
    }).toPass({ timeout: 20_000 });
  });
});
