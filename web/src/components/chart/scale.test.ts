import { expect, it } from "vitest";

import { labelled, quantile, ticks } from "./scale";

it("ticks are round and reach over the largest value", () => {
  expect(ticks(0)).toEqual([0, 1]);
  expect(ticks(3)).toEqual([0, 1, 2, 3]);
  expect(ticks(93)).toEqual([0, 50, 100]);
  expect(ticks(180)).toEqual([0, 50, 100, 150, 200]);
});

it("labels leave room for one another", () => {
  expect([...labelled(5, 7)]).toEqual([0, 1, 2, 3, 4]);
  expect([...labelled(28, 5)]).toEqual([0, 7, 14, 21]);
});

it("quantiles lie between the values there are", () => {
  expect([quantile([], 0.5), quantile([4], 0.9), quantile([1, 2, 3, 4], 0.5)]).toEqual([null, 4, 2.5]);
});
