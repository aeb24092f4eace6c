import { expect, it } from "vitest";

import type { Day } from "./api";
import { rateOf, ratesOf } from "./rates";

const day = (workflow: string, date: string, ended: number, alone: number): Day => ({ workspace: "w", workflow, day: date, runs: ended, ended, straight_through: alone, rate: null });

it("adds days up by workflow, in order, and leaves out those without an end", () => {
  const rates = ratesOf([day("a", "2026-11-02", 4, 3), day("a", "2026-11-01", 2, 2), day("a", "2026-11-03", 0, 0), day("b", "2026-11-01", 0, 0)]);
  expect(rates.get("a")).toEqual({ runs: 6, ended: 6, alone: 5, rate: 5 / 6, daily: [1, 0.75] });
  expect(rates.get("b")?.rate).toBeNull();
  expect(rateOf([]).rate).toBeNull();
});
