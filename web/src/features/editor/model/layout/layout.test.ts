import ElkConstructor from "elkjs/lib/elk.bundled.js";
import { describe, expect, it } from "vitest";

import { addNode } from "../commands/add-node";
import { tidyNodes } from "../commands/tidy-nodes";
import type { WorkflowDocument } from "../document";
import { TRIGGER_KEY } from "../graph/edge-key";
import { graphOf } from "../graph/graph";
import { documentOf, longText, workflowTexts } from "../testing/texts";
import type { LayoutEngine } from "./engine";
import { missingPlaces } from "./missing";
import { positionsOf } from "./positions";
import { NODE_SIZE } from "./sizes";
import { tidy } from "./tidy";

const engine: LayoutEngine = new ElkConstructor();
const texts = workflowTexts();
const invoice = documentOf(texts.find(({ name }) => name.includes("invoice-readiness"))?.text ?? "");

async function tidied(document: WorkflowDocument): Promise<WorkflowDocument> {
  const outcome = tidyNodes(document, await tidy(document, engine));
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.edit.document;
}

describe("tidy", () => {
  it.each(texts.map(({ name, text }) => [name, text]))("%s: the normal path on one line, exceptions below it, nothing on top of another", async (_, text) => {
    const document = documentOf(text);
    const { positions, frames } = await tidy(document, engine);
    const { nodes } = graphOf(document);
    expect(positions.size).toBe(nodes.length);
    const sized = nodes.map((node) => ({ node, at: positions.get(node.key) ?? { x: NaN, y: NaN }, size: frames.get(node.key) ?? NODE_SIZE }));
    for (const parent of new Set(nodes.map((node) => node.parent))) {
      const level = sized.filter(({ node }) => node.parent === parent);
      const middles = new Set(level.filter(({ node }) => node.line === "main").map(({ at, size }) => at.y + size.height / 2));
      expect(middles.size).toBe(1);
      const [middle = 0] = middles;
      for (const { node, at } of level) if (node.line === "exception") expect(at.y).toBeGreaterThan(middle);
      for (const { node, at, size } of level) if (node.line === "side") expect(at.y + size.height).toBeLessThanOrEqual(middle);
      for (const [index, left] of level.entries()) {
        for (const right of level.slice(index + 1)) {
          const apart = left.at.x + left.size.width <= right.at.x || right.at.x + right.size.width <= left.at.x || left.at.y + left.size.height <= right.at.y || right.at.y + right.size.height <= left.at.y;
          expect(apart, `${left.node.key} and ${right.node.key}`).toBe(true);
        }
      }
    }
  });

  it("goes from the left to the right, and drops exceptions from where they leave", async () => {
    const { positions } = await tidy(invoice, engine);
    const line = [TRIGGER_KEY, "job", "billed", "once", "customer", "proof", "draft", "invoice"].map((key) => positions.get(key)?.x ?? NaN);
    expect(line).toEqual([...line].sort((left, right) => left - right));
    expect(positions.get("billing_blocked")?.x).toBe((positions.get("invoice")?.x ?? NaN) + 56);
    expect(positions.get("job")?.y).toBe(0);
  });

  it("is written into the text, and a second time changes nothing", async () => {
    const once = await tidied(invoice);
    expect(positionsOf(once).size).toBe(12);
    expect((await tidied(once)).root).toBe(once.root);
  });

  it("tidies 500 nodes", async () => {
    const document = documentOf(longText(500));
    await tidy(document, engine);
    const { positions } = await tidy(document, engine);
    expect(positions.size).toBe(502);
  }, 60_000);
});

describe("new nodes", () => {
  it("find a free place and move nobody", async () => {
    const before = await tidied(invoice);
    for (const spot of [{ after: "job" }, { onException: "job" }, { onEdge: "proof:case:0:0" }]) {
      const outcome = addNode(before, { kind: "set", spot });
      if (!outcome.ok) throw new Error(outcome.reason);
      const after = positionsOf(outcome.edit.document);
      expect(after.size).toBe(13);
      for (const [id, position] of positionsOf(before)) expect(after.get(id)).toEqual(position);
      const [mine, others] = [after.get("set"), [...positionsOf(before).values()]];
      expect(others.some((other) => Math.abs(other.x - (mine?.x ?? 0)) < NODE_SIZE.width && Math.abs(other.y - (mine?.y ?? 0)) < NODE_SIZE.height)).toBe(false);
    }
  });

  it("are placed where only some have a place", () => {
    const document = documentOf("nodes:\n  - { id: a, set: 1, next: b, on_exception: c }\n  - { id: b, set: 2 }\n  - { id: c, raise: { reason: drift } }\n  - { id: d, set: 3 }\nlayout: { nodes: { a: { x: 0, y: 0 } } }\n");
    expect(Object.fromEntries(missingPlaces(document))).toEqual({ "@trigger": { x: 0, y: 128 }, b: { x: 208, y: 0 }, c: { x: 0, y: 256 }, d: { x: 0, y: 384 } });
  });
});
