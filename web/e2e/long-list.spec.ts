import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures";
import { frameWork, held, scroll } from "./measure";

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
  // Held once: looking for it anew is work of the test, and would be counted.
  const scroller = await table.elementHandle();
  held("script, layout and style in a frame of scrolling, half a page at once, p95", await frameWork(page, () => scroll(scroller, 400)), 8);
  held("the same, one turn of the wheel at once", await frameWork(page, () => scroll(scroller, 120)), 8);
  // While it moves, rows take the elements of others; at rest they stand in the page as they are read, one below the other.
  await expect(async () => {
    const places = await table.getByRole("row").evaluateAll((rows) => rows.slice(1).map((row) => ({ at: Number(row.getAttribute("aria-rowindex")), top: row.getBoundingClientRect().top, bottom: row.getBoundingClientRect().bottom })));
    expect(places.length).toBeGreaterThan(5);
    for (const [before, after] of places.slice(1).map((one, at) => [places[at], one] as const)) {
      expect(after.at).toBe((before?.at ?? 0) + 1);
      expect(Math.abs(after.top - (before?.bottom ?? 0))).toBeLessThanOrEqual(1);
    }
  }).toPass();
});
