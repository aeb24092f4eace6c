import { describe, expect, it } from "vitest";

import { longText, workflowTexts } from "../model/testing/texts";
import { cornersOf, headOf, pathOf } from "./line";
import { pictureOf } from "./picture";

const pack = workflowTexts().find((entry) => entry.name.endsWith("invoice-readiness.yaml"))?.text ?? "";
const EACH = `workflow: w
trigger: { id: start, on: throughline.manual }
nodes:
  - id: lines
    for_each: "{{ event.lines }}"
    do:
      - { id: price, action: crm.get_customer, next: kept }
      - { id: kept, set: { x: 1 } }
    next: done
  - { id: done, end: true }
exceptions: { owner: team:billing, due: 4h }
`;

describe("the picture of a text", () => {
  it("has the normal path on one line and exceptions below it", async () => {
    const { cards = [], ways = [] } = (await pictureOf(pack, [])) ?? {};
    const y = (key: string) => cards.find((card) => card.key === key)?.y ?? 0;
    expect(new Set(["@trigger", "job", "billed", "once", "customer", "proof", "draft", "invoice"].map(y)).size).toBe(1);
    for (const key of ["missing", "customer_held", "billing_blocked"]) expect(y(key)).toBeGreaterThan(y("job"));
    expect(ways.filter((way) => way.onFailure).map(({ from, to }) => [from, to])).toEqual([["invoice", "billing_blocked"]]);
    expect(ways.filter((way) => way.starts)).toHaveLength(1);
  });

  it("puts a body into the frame of its for-each, and names its steps from the outside in", async () => {
    const { cards = [] } = (await pictureOf(EACH, [])) ?? {};
    const [frame, price] = ["lines", "price"].map((key) => cards.find((card) => card.key === key));
    expect(frame?.frame).toBe(true);
    expect(price?.step).toBe("lines/price");
    expect((price?.x ?? 0) > (frame?.x ?? 0) && (price?.x ?? 0) + 152 < (frame?.x ?? 0) + (frame?.width ?? 0)).toBe(true);
    expect((price?.y ?? 0) > (frame?.y ?? 0) && (price?.y ?? 0) + 72 < (frame?.y ?? 0) + (frame?.height ?? 0)).toBe(true);
    expect(cards.find((card) => card.key === "@trigger")).toMatchObject({ step: null, title: "Started by hand" });
  });

  it("draws every text of the repository within its bounds, no card over another", async () => {
    for (const { name, text } of [...workflowTexts(), { name: "long", text: longText(500) }]) {
      const drawn = await pictureOf(text, []);
      if (!drawn) continue;
      const { cards, ways, width, height } = drawn;
      for (const card of cards) expect(card.x >= 0 && card.y >= 0 && card.x + card.width <= width && card.y + card.height <= height, `${name}: ${card.key}`).toBe(true);
      expect(new Set(cards.map((card) => `${card.x} ${card.y}`)).size, name).toBe(cards.length);
      for (const way of ways) expect(way.path, `${name}: ${way.key}`).not.toMatch(/NaN|Infinity/);
    }
  });

  it("is none where the text cannot be read", async () => {
    expect(await pictureOf("nodes: [", [])).toBeNull();
  });
});

describe("the line of a way", () => {
  it("is straight along the line, and turns where it is told to", () => {
    const from = { x: 0, y: 0, side: "right" } as const;
    expect(pathOf(cornersOf(from, { x: 28, y: 0, side: "in" }, false))).toBe("M0 0L28 0");
    expect(cornersOf(from, { x: 200, y: -104, side: "in" }, false).slice(1, -1)).toEqual([{ x: 12, y: 0 }, { x: 12, y: -104 }]);
    expect(cornersOf(from, { x: 200, y: 104, side: "in" }, true).slice(1, -1)).toEqual([{ x: 188, y: 0 }, { x: 188, y: 104 }]);
    expect(cornersOf({ x: 40, y: 72, side: "bottom" }, { x: 60, y: 200, side: "in" }, false).slice(1, -1)).toEqual([{ x: 40, y: 200 }]);
    expect(headOf({ x: 5, y: 6, side: "top" })).toBe("M5 6l-4.5 -7h9z");
  });
});
