import { longText } from "../src/features/editor/model/testing/texts";
import { expect, test } from "./fixtures";
import { addressToDrawn, drawn, frameWork, held, middleOf, pressToDrawn } from "./measure";

const CARDS = ".canvas [data-key]";

test("the first page is there, and the next ones come", async ({ as }) => {
  const page = await as("operator", "/today");
  await expect(page.getByRole("heading", { level: 2, name: /you\./ })).toBeVisible();
  held("first page usable", await addressToDrawn(page, page.url(), "main h2"), 1_000);
  const back = async () => {
    await page.goBack();
    await page.locator("main h2").first().waitFor();
  };
  held("route change", await pressToDrawn(page, 'a[href="/runs"]', '[aria-label="Runs"][role="table"]', back), 100);
});

test("what happens at the server is on the screen", async ({ world, as }) => {
  const times: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const { proposal_id: id, content_hash: hash } = await world.proposal(await world.job({ title: `Seen ${turn}` }));
    const page = await as("viewer", `/inbox/approvals?id=${id}&show=open`);
    await expect(page.getByText("You may look, not decide")).toBeVisible();
    const seen = page.evaluate(async () => {
      while (!/Approved by/.test(document.body.textContent)) await new Promise((next) => requestAnimationFrame(next));
      return Date.now();
    });
    await world.api("approver", "POST", `/proposals/${id}/decision`, { verdict: "approve", shown_hash: hash });
    const answered = Date.now();
    times.push((await seen) - answered);
    await page.context().close();
  }
  held("event to screen", middleOf(times), 300);
});

test("a workflow of 500 steps opens and is moved about", async ({ world, as, isPhone }) => {
  test.skip(isPhone, "the canvas is changed from 1024 px on");
  test.setTimeout(180_000);
  const workflow = `long-${Date.now()}`;
  const text = longText(500).replace("workflow: long", `workflow: ${workflow}`).replaceAll("team:desk", "team:billing");
  await world.api("builder", "PUT", `/workflows/${workflow}/draft`, { revision: 0, based_on: null, text, samples: {} });
  const page = await as("builder", "/workflows");
  held("500 steps open, the page with them", await addressToDrawn(page, `${world.address}/workflows/${workflow}/edit`, CARDS), 1_000);
  const card = page.locator(CARDS).nth(2);
  const box = await card.boundingBox();
  if (!box) throw new Error("the card is not in sight");
  const [x, y] = [box.x + 20, box.y + 10];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const dragged = await frameWork(page, async (frame) => {
    await page.mouse.move(x + Math.sin(frame / 9) * 160, y + Math.cos(frame / 9) * 90);
    await drawn(page);
  });
  await page.mouse.up();
  held("script, layout and style in a frame in which one of 500 steps is dragged, p95", dragged, 8);
});
