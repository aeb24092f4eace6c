import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addNode } from "../commands/add-node";
import { connect } from "../commands/connect";
import { deleteNodes } from "../commands/delete-nodes";
import { moveNodes } from "../commands/move-nodes";
import type { Outcome } from "../commands/outcome";
import { renameId } from "../commands/rename-id";
import { setField } from "../commands/set-field";
import { setReview } from "../commands/set-review";
import type { WorkflowDocument } from "../document";
import { documentOf, workflowTexts } from "../testing/texts";
import { diffDocuments } from "./diff";

const texts = workflowTexts();
const invoice = documentOf(texts.find(({ name }) => name.includes("invoice-readiness"))?.text ?? "");
const NONE = { added: 0, removed: 0, changed: 0, edges: 0, fields: 0 };

function after(outcome: Outcome): WorkflowDocument {
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.edit.document;
}

describe("the difference of two versions", () => {
  it.each(texts.map(({ name, text }) => [name, text]))("%s: of a text and itself is nothing", (_, text) => {
    const diff = diffDocuments(documentOf(text), documentOf(text));
    expect(diff.counts).toEqual(NONE);
    expect(diff.nodes.every((node) => node.fate === "same")).toBe(true);
  });

  it("tells fields of a node, of the workflow, and of the canvas apart", () => {
    let next = after(setField(invoice, { key: "invoice", path: ["retry", "attempts"], value: 3 }));
    next = after(setField(next, { key: "proof", path: ["switch", 0, "when"], value: "{{ true }}" }));
    next = after(setReview(next, { stage: "live" }));
    next = after(moveNodes(next, new Map([["job", { x: 1, y: 2 }]])));
    const diff = diffDocuments(invoice, next);
    expect(diff.counts).toEqual({ ...NONE, changed: 2, fields: 1 });
    expect(diff.nodes.find((node) => node.after === "invoice")).toMatchObject({ fate: "changed", fields: [{ path: ["retry", "attempts"], before: 5, after: 3 }] });
    expect(diff.nodes.find((node) => node.after === "proof")?.fields.map((change) => change.path)).toEqual([["switch", 0, "when"]]);
    expect(diff.fields).toEqual([{ path: ["review", "stage"], before: "review", after: "live" }]);
    expect(diff.canvas).toHaveLength(1);
  });

  it("names what was added and removed, and edges that lead elsewhere", () => {
    const added = diffDocuments(invoice, after(addNode(invoice, { kind: "set", spot: { after: "draft" } })));
    expect(added.counts).toEqual({ ...NONE, added: 1, edges: 2 });
    expect(added.edges).toEqual([
      { fate: "moved", from: "draft", port: "next", before: "invoice", after: "set" },
      { fate: "added", from: "set", port: "next", before: null, after: "invoice" },
    ]);
    const removed = diffDocuments(invoice, after(deleteNodes(invoice, ["billing_blocked"])));
    expect(removed.counts).toEqual({ ...NONE, removed: 1, edges: 1 });
    expect(removed.edges).toEqual([{ fate: "removed", from: "invoice", port: "exception", before: "billing_blocked", after: null }]);
    const led = diffDocuments(invoice, after(connect(invoice, { from: "invoice", port: "exception", to: "missing" })));
    expect(led.edges).toEqual([{ fate: "moved", from: "invoice", port: "exception", before: "billing_blocked", after: "missing" }]);
    expect(led.nodes.every((node) => node.fate === "same")).toBe(true);
  });

  it("knows a node that was given another id, and what followed", () => {
    const diff = diffDocuments(invoice, after(renameId(invoice, { key: "customer_held", id: "not_active" })));
    expect(diff.counts).toEqual({ ...NONE, changed: 1 });
    expect(diff.nodes.find((node) => node.renamed)).toMatchObject({ before: "customer_held", after: "not_active", fields: [] });
  });

  it("tells a node that became the first", () => {
    const start = documentOf("nodes:\n  - { id: a, set: 1 }\n  - { id: b, set: 2 }\n");
    const diff = diffDocuments(start, after(connect(start, { from: "@trigger", port: "next", to: "b" })));
    expect(diff.nodes.map((node) => [node.after, node.moved])).toEqual([["b", true], ["a", true]]);
    expect(diff.edges).toEqual([{ fate: "moved", from: "@trigger", port: "next", before: "a", after: "b" }]);
    expect(diffDocuments(start, after(deleteNodes(start, ["a"]))).nodes.map((node) => node.fate)).toEqual(["same", "removed"]);
  });

  it("the other way round, added and removed change places", () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.constantFrom(...texts), (left, right) => {
        const [a, b] = [documentOf(left.text), documentOf(right.text)];
        const [there, back] = [diffDocuments(a, b).counts, diffDocuments(b, a).counts];
        expect([there.added, there.removed, there.fields]).toEqual([back.removed, back.added, back.fields]);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
