import { Circle } from "lucide-react";
import { expect, it } from "vitest";

import type { Card } from "@/lib/picture";

import { besides } from "./graph-move";
import { scaleOf, scrolled } from "./graph-view";

const at = (key: string, x: number, y: number): Card => ({ key, step: key, title: key, system: "", Icon: Circle, kind: "action", line: "main", frame: false, x, y, width: 152, height: 72 });
const cards = [at("a", 0, 104), at("b", 180, 104), at("c", 360, 104), at("above", 360, 0), at("below", 236, 208)];
const from = (key: string): Card => cards.find((card) => card.key === key) ?? at("", 0, 0);

it("arrows lead to the nearest step ahead, and nowhere at the edge", () => {
  expect(besides(cards, from("a"), "ArrowRight")?.key).toBe("b");
  expect(besides(cards, from("b"), "ArrowRight")?.key).toBe("c");
  expect(besides(cards, from("c"), "ArrowLeft")?.key).toBe("b");
  expect(besides(cards, from("c"), "ArrowUp")?.key).toBe("above");
  expect(besides(cards, from("b"), "ArrowDown")?.key).toBe("below");
  expect(besides(cards, from("below"), "ArrowUp")?.key).toBe("b");
  expect(besides(cards, from("a"), "ArrowLeft")).toBeNull();
});

it("shows all where it can be read, else a part", () => {
  expect(scaleOf({ width: 600 }, 1_200)).toBe(1);
  expect(scaleOf({ width: 1_400 }, 1_176)).toBeCloseTo(0.84);
  expect(scaleOf({ width: 12_000 }, 1_176)).toBe(0.9);
});

it("scrolls only to what is out of sight", () => {
  expect(scrolled(0, 1_000, 200, 150)).toBe(0);
  expect(scrolled(0, 1_000, 2_000, 100)).toBe(1_550);
  expect(scrolled(2_000, 1_000, 100, 100)).toBe(0);
});
