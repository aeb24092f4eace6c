import { expect, it } from "vitest";

import { Slots } from "./slots";

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
