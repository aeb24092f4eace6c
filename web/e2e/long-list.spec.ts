import type { CDPSession, Page } from "@playwright/test";

import { expect, test } from "./fixtures";

const COUNT = 10_000;
const PAGE = 200;

interface Row {
  exception_id: string;
  due_at: string;
}

/** A queue of ten thousand, page by page, made of a real row: what is measured is the list, not the server. */
async function longQueue(page: Page, row: Row): Promise<void> {
  await page.route(/\/api\/v1\/exceptions\?/, async (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get("after") ?? "0");
    const items = Array.from({ length: PAGE }, (_, at) => ({ ...row, exception_id: `exc_${from + at}`, due_at: new Date(Date.UTC(2027, 0, 1) + (from + at) * 60_000).toISOString() }));
    await route.fulfill({ json: { items, next: from + PAGE < COUNT ? `${from + PAGE}` : null } });
  });
}

/** Seconds of script and layout so far, as the browser counts them. */
async function work(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0;
  return of("ScriptDuration") + of("LayoutDuration") + of("RecalcStyleDuration");
}

test("of ten thousand exceptions only those in sight are in the page", async ({ world, as }) => {
  test.setTimeout(180_000);
  const job = await world.job({ title: "Long", signature: "" });
  const row = (await world.exception(job)) as unknown as Row;
  const page = await as("operator", "/runs");
  await longQueue(page, row);
  await page.getByRole("link", { name: "Exceptions" }).first().click();
  await expect(page.getByText("10000", { exact: true }).or(page.getByText("10,000", { exact: true })).first()).toBeVisible({ timeout: 90_000 });
  const table = page.getByRole("table", { name: "Exceptions" });
  expect(await table.getByRole("row").count()).toBeLessThan(60);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  // Held once: looking for it anew is work of the test, and would be counted.
  const scroller = await table.elementHandle();
  const frames = async (pixels: number): Promise<number> => {
    const times: number[] = [];
    for (let frame = 0; frame < 60; frame += 1) {
      const before = await work(session);
      await scroller.evaluate(async (element, by) => {
        element.scrollTop += by;
        await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
      }, pixels);
      times.push((await work(session)) - before);
    }
    times.sort((one, other) => one - other);
    return (times[Math.floor(times.length * 0.95)] ?? 0) * 1_000;
  };
  // The middle one of three rounds: whatever else the machine does falls into one or the other.
  const middle = async (pixels: number): Promise<number> => [await frames(pixels), await frames(pixels), await frames(pixels)].sort((one, other) => one - other)[1] ?? 0;
  const p95 = await middle(400);
  console.log(`script, layout and style per scroll frame, p95: ${p95.toFixed(1)} ms with half a page a frame, ${(await middle(120)).toFixed(1)} ms with one turn of the wheel a frame`);
  // While it moves, rows take the elements of others; at rest they stand in the page as they are read, one below the other.
  await expect(async () => {
    const places = await table.getByRole("row").evaluateAll((rows) => rows.slice(1).map((row) => ({ at: Number(row.getAttribute("aria-rowindex")), top: row.getBoundingClientRect().top, bottom: row.getBoundingClientRect().bottom })));
    expect(places.length).toBeGreaterThan(5);
    for (const [before, after] of places.slice(1).map((one, at) => [places[at], one] as const)) {
      expect(after.at).toBe((before?.at ?? 0) + 1);
      expect(Math.abs(after.top - (before?.bottom ?? 0))).toBeLessThanOrEqual(1);
    }
  }).toPass();
  // A measurement says something on an idle machine only; there `TARGETS=1` holds it to the target.
  if (process.env.TARGETS) expect(p95).toBeLessThanOrEqual(8);
});
