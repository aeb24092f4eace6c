import { expect, it } from "vitest";

import { isTyping, meant } from "./shortcuts";

const shortcut = (keys: string) => ({ keys, label: keys, run: () => undefined });

it("a pair of keys needs its first one", () => {
  const shortcuts = [shortcut("r"), shortcut("g r"), shortcut("g t")];
  expect(meant(shortcuts, "t", null)).toBeUndefined();
  expect(meant(shortcuts, "t", "g")?.keys).toBe("g t");
});

it("a pair goes before a single key", () => {
  expect(meant([shortcut("r"), shortcut("g r")], "r", "g")?.keys).toBe("g r");
  expect(meant([shortcut("r"), shortcut("g r")], "r", "x")?.keys).toBe("r");
});

it("a key in a field, a menu or beside a dialog is not a shortcut", () => {
  document.body.innerHTML = "<input><div role='menu'><button></button></div><p></p>";
  const [field, item, text] = ["input", "button", "p"].map((name) => document.querySelector(name));
  expect([isTyping(field ?? null), isTyping(item ?? null), isTyping(text ?? null)]).toEqual([true, true, false]);
  document.body.innerHTML = "<dialog open></dialog><p></p>";
  expect(isTyping(document.querySelector("p"))).toBe(true);
});

it("behind the first key of a pair no key stands alone", () => {
  expect(meant([shortcut("a")], "a", "g", true)).toBeUndefined();
  expect(meant([shortcut("a")], "a", "g", false)?.keys).toBe("a");
});
