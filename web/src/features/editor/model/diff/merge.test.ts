import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addNode } from "../commands/add-node";
import { deleteNodes } from "../commands/delete-nodes";
import type { Outcome } from "../commands/outcome";
import { setField } from "../commands/set-field";
import { setReview } from "../commands/set-review";
import { documentValue, parseDocument, serializeDocument, type WorkflowDocument } from "../document";
import { nodeIndex } from "../node-index";
import { documentOf, workflowTexts } from "../testing/texts";
import { equal } from "../text/value";
import { mergeDocuments } from "./merge";

const texts = workflowTexts();
const base = documentOf(texts.find(({ name }) => name.includes("invoice-readiness"))?.text ?? "");

function after(outcome: Outcome): WorkflowDocument {
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.edit.document;
}

describe("two drafts of the same text", () => {
  it("come together where they touch different things", () => {
    const mine = after(setField(after(addNode(base, { kind: "set", spot: { after: "draft" } })), { key: "job", path: ["title"], value: "Mine" }));
    const theirs = after(setReview(after(setField(base, { key: "invoice", path: ["retry", "attempts"], value: 2 })), { stage: "live" }));
    const { document, conflicts } = mergeDocuments(base, mine, theirs);
    expect(conflicts).toEqual([]);
    const text = serializeDocument(document);
    for (const line of ["title: Mine", "- id: set", "next: set", "attempts: 2", "stage: live", "# A completed job"]) expect(text).toContain(line);
  });

  it("keep mine where both changed the same, and say what theirs was", () => {
    const mine = after(setField(base, { key: "job", path: ["title"], value: "Mine" }));
    const theirs = after(setField(base, { key: "job", path: ["title"], value: "Theirs" }));
    const { document, conflicts } = mergeDocuments(base, mine, theirs);
    expect(conflicts).toEqual([{ key: "job", path: ["title"], mine: "Mine", theirs: "Theirs" }]);
    expect(serializeDocument(document)).toBe(serializeDocument(mine));
  });

  it("lose no work where one deleted what the other changed", () => {
    const deleted = after(deleteNodes(base, ["billing_blocked"]));
    const changed = after(setField(base, { key: "billing_blocked", path: ["raise", "due"], value: "8h" }));
    expect(mergeDocuments(base, deleted, changed).conflicts).toMatchObject([{ key: "billing_blocked", mine: undefined }]);
    expect(nodeIndex(mergeDocuments(base, deleted, changed).document).byKey.has("billing_blocked")).toBe(true);
    expect(mergeDocuments(base, changed, deleted).conflicts).toMatchObject([{ key: "billing_blocked", theirs: undefined }]);
    expect(nodeIndex(mergeDocuments(base, changed, deleted).document).byKey.has("billing_blocked")).toBe(true);
    expect(mergeDocuments(base, deleted, deleted).conflicts).toEqual([]);
  });

  it("one that changed nothing gives the other, whatever they are", () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.constantFrom(...texts), (left, right) => {
        const [a, b] = [documentOf(left.text), documentOf(right.text)];
        expect(serializeDocument(mergeDocuments(a, a, b).document)).toBe(serializeDocument(b));
        expect(mergeDocuments(a, a, b).conflicts).toEqual([]);
        const theirs = mergeDocuments(a, b, a);
        expect(theirs.conflicts).toEqual([]);
        const nodes = (document: WorkflowDocument) => new Map(nodeIndex(document).entries.map((entry) => [entry.key, entry.node]));
        for (const [key, node] of nodes(b)) expect(nodes(theirs.document).get(key)).toEqual(node);
        expect(nodes(theirs.document).size).toBe(nodes(b).size);
        const parsed = parseDocument(serializeDocument(theirs.document));
        expect(parsed.ok && equal(documentValue(parsed.document), documentValue(theirs.document))).toBe(true);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
