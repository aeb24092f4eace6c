import { expect, it } from "vitest";

import { inSlots, Slots } from "./slots";

it("a row keeps its element when others come or go before it", () => {
  const slots = new Slots();
  const open = slots.of(["a", "b", "c"]).get("b");
  expect(slots.of(["new", "a", "b", "c"]).get("b")).toBe(open);
  expect(slots.of(["b", "c"]).get("b")).toBe(open);
});

it("what scrolls in takes the element of what scrolled out, and no two have the same", () => {
  const slots = new Slots();
  const before = new Set(slots.of(["a", "b", "c"]).values());
  const after = slots.of(["b", "c", "d"]);
  expect(new Set(after.values())).toEqual(before);
  expect(new Set(slots.of(["x", "y", "z", "d"]).values()).size).toBe(4);
  expect([...slots.of(["x", "y", "z", "d"])]).toEqual([...slots.of(["x", "y", "z", "d"])]);
});

it("while the list moves no element changes its place in the page, at rest they stand as they are read", () => {
  const slots = new Slots();
  const shown = (...keys: string[]) => keys.map((key) => ({ key }));
  const order = (rows: { slot: number }[]) => rows.map(({ slot }) => slot);
  const before = order(inSlots(slots, shown("a", "b", "c"), false));
  expect(order(inSlots(slots, shown("b", "c", "d"), true))).toEqual(before);
  expect(inSlots(slots, shown("b", "c", "d"), false).map(({ row }) => row.key)).toEqual(["b", "c", "d"]);
});
