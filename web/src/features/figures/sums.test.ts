import { expect, it } from "vitest";

import { periodOf, type Day, type Exception } from "./api";
import { ages, buckets, busiest, byReason, rateOf } from "./sums";

const now = new Date("2026-11-30T12:00:00Z");
const day = (workflow: string, date: string, runs: number, ended: number, alone: number): Day => ({ workspace: "w", workflow, day: date, runs, ended, straight_through: alone, rate: null });

it("puts days together and keeps those without a run", () => {
  const { days, from, to } = periodOf(7, now);
  expect([from, to]).toEqual(["2026-11-24", "2026-11-30"]);
  const found = buckets([day("a", "2026-11-30", 4, 3, 2), day("b", "2026-11-30", 1, 1, 1), day("a", "2026-11-25", 2, 2, 2)], days, 1);
  expect(found).toHaveLength(7);
  expect(found.at(-1)).toEqual({ label: "30 Nov", runs: 5, ended: 4, alone: 3 });
  expect(found.map(rateOf)).toEqual([null, 1, null, null, null, null, 0.75]);
  expect(buckets([], periodOf(28, now).days, 7)).toHaveLength(4);
});

it("knows which workflows run most", () => {
  expect(busiest([day("a", "2026-11-30", 1, 1, 1), day("b", "2026-11-30", 5, 1, 1)], 1)).toEqual(["b"]);
});

it("tells what waits on others from what is late", () => {
  const open = (hours: number, part: Partial<Exception>) => ({ opened_at: new Date(now.getTime() - hours * 3_600_000).toISOString(), due_at: "2026-12-30T00:00:00Z", reason: "drift", money: 100, ...part }) as Exception;
  const found = ages([open(1, {}), open(30, { waiting_on: "customer" }), open(300, { due_at: "2026-11-01T00:00:00Z" })], now);
  expect(found.map(({ ours, outside, overdue }) => [ours, outside, overdue])).toEqual([[1, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]]);
  expect(byReason([open(1, {}), open(1, { reason: "too_large" }), open(1, {})], 5)[0]).toEqual({ reason: "drift", count: 2 });
});
