import { expect, it } from "vitest";

import type { Step } from "./api";
import { barsOf, scaleOf } from "./waterfall";

const second = (at: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, at)).toISOString();
const now = Date.UTC(2026, 0, 3);

const step = (from: number, to: number | null, more: Partial<Step> = {}): Step =>
  ({
    path: "x",
    node: "x",
    status: to === null ? "waiting" : "succeeded",
    logical_attempt: 1,
    attempts: [{ logical_attempt: 1, attempt: 1, status: "succeeded", started_at: second(from), ended_at: second(to ?? from + 1), failure: null }],
    started_at: second(from),
    ended_at: to === null ? null : second(to),
    input: null,
    output: null,
    next: [],
    copied: false,
    ...more,
  });

it("goes from the first beginning to the last end", () => {
  const scale = scaleOf([step(0, 2), step(2, 10)], now);
  expect(scale.end - scale.begin).toBe(10_000);
});

it("a step that waits for days does not make work invisible", () => {
  const scale = scaleOf([step(0, 2), step(2, null)], now);
  expect(scale.end - scale.begin).toBe(3_000);
});

it("draws each attempt in its place, and the whole as a line", () => {
  const steps = [step(0, 5), step(5, 10)];
  const bars = barsOf(steps[1] as Step, scaleOf(steps, now), now);
  expect(bars.map(({ kind, left, width }) => [kind, left, width])).toEqual([["wait", 50, 50], ["work", 50, 50]]);
});

it("what took no time still shows, inside the width", () => {
  const steps = [step(0, 10), step(10, 10)];
  const [line] = barsOf(steps[1] as Step, scaleOf(steps, now), now);
  expect(line?.width).toBeGreaterThan(0);
  expect((line?.left ?? 0) + (line?.width ?? 0)).toBeLessThanOrEqual(100);
});

it("what has not begun has no bar, and nothing begun has a scale", () => {
  expect(barsOf(step(0, 1, { started_at: null }), { begin: 0, end: 1 }, now)).toEqual([]);
  expect(scaleOf([], now).end).toBeGreaterThan(now);
});
