import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { documentValue, fieldAt, parseDocument, serializeDocument, withField, type WorkflowDocument } from "./document";
import { documentOf, workflowTexts } from "./testing/texts";
import { read } from "./text/read";
import { eachText, equal, type Path } from "./text/value";

const texts = workflowTexts();

describe("texts of the repository", () => {
  it("are there: all packs among them", () => {
    const packs = join(import.meta.dirname, "../../../../../packs");
    for (const pack of readdirSync(packs)) {
      const text = readFileSync(join(packs, pack, `${pack}.yaml`), "utf8");
      expect(texts.map((entry) => entry.text)).toContain(text);
    }
    expect(texts.length).toBeGreaterThan(15);
  });

  it.each(texts.map(({ name, text }) => [name, text]))("%s comes back character for character", (_, text) => {
    const document = documentOf(text);
    expect(serializeDocument(document)).toBe(text);
    expect(equal(documentValue(document), read(text).value)).toBe(true);
    expect(document.root.kind).toBe("branch");
  });

  it.each(texts.map(({ name, text }) => [name, text]))("%s: a change of any one text changes only its lines", (_, text) => {
    const document = documentOf(text);
    const paths: Path[] = [];
    eachText(documentValue(document), (_value, path) => paths.push(path));
    for (const path of paths) {
      const after = withField(document, path, "changed");
      expect(fieldAt(after, path)).toBe("changed");
      const lines = differing(text, serializeDocument(after));
      // A folded or literal text has lines of its own, which become one.
      expect(lines.after).toBe(1);
      if (lines.before > 1) expect(text).toMatch(/[>|]-?\n/);
    }
  }, 60_000);
});

function differing(before: string, after: string): { before: number; after: number } {
  const [left, right] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < left.length && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < Math.min(left.length, right.length) - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  return { before: left.length - start - end, after: right.length - start - end };
}

describe("a document of any text", () => {
  const line = fc.constantFrom("# words", "", "  # deeper", "owner: team:x", "nodes:", "nodes: []", "  - id: a", "  - { id: b, end: true }", "    next: b", "- id: c", "layout:", "  nodes:", "    a: { x: 1, y: 2 }", "log: { retention: 7y }", "odd: [1,", "  2]", "text: |", "   two", "   lines", "\ttab", "...", "---");
  it("comes back as it was, or says why not", () => {
    fc.assert(fc.property(fc.array(line, { maxLength: 14 }), fc.constantFrom("\n", "\r\n"), fc.boolean(), (lines, eol, ends) => {
      const text = lines.join(eol) + (ends ? eol : "");
      const parsed = parseDocument(text);
      if (!parsed.ok) {
        expect(parsed.problems.length).toBeGreaterThan(0);
        return;
      }
      expect(serializeDocument(parsed.document)).toBe(text);
      expect(equal(documentValue(parsed.document), read(text).value ?? {})).toBe(true);
    }), { numRuns: 400 });
  }, 60_000);

  it("takes a new entry at any place and says the same otherwise", () => {
    fc.assert(fc.property(fc.constantFrom(...texts), fc.constantFrom<Path>(["title"], ["layout", "nodes", "x"], ["vars", "limit"], ["nodes", 0, "title"], ["review", "until"], ["trigger", "with", "a"]), (entry, path) => {
      const document = documentOf(entry.text);
      const after = withField(document, path, "2026-03-31");
      const again = documentOf(serializeDocument(after));
      expect(equal(documentValue(again), documentValue(after))).toBe(true);
      expect(fieldAt(again, path)).toBe("2026-03-31");
    }), { numRuns: 50 });
  }, 60_000);
});

describe("a text that changes by hand", () => {
  it("shares with the document before what stayed", () => {
    const before = documentOf(texts.find((entry) => entry.name.includes("invoice-readiness"))?.text ?? "");
    const parsed = parseDocument(serializeDocument(before).replace("Read the customer", "Look at the customer"), before);
    const nodes = (document: WorkflowDocument) => (fieldAt(document, ["nodes"]) as unknown[]);
    if (!parsed.ok) throw new Error("it can be read");
    const changed = nodes(parsed.document).filter((node, index) => node !== nodes(before)[index]);
    expect(changed).toHaveLength(1);
  });

  it("says where it cannot be read", () => {
    expect(parseDocument("nodes:\n  - id: [a\nlog: 1\n")).toMatchObject({ ok: false });
    const parsed = parseDocument("a: 1\na: 2\n");
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.line)).toEqual([2]);
    expect(parseDocument("- a\n")).toMatchObject({ ok: false });
    expect(parseDocument("")).toMatchObject({ ok: true });
  });

  it("keeps a text with anchors, though it stays one piece", () => {
    const text = "a: &x { b: 1 }\nc: *x\n";
    const document = documentOf(text);
    expect(serializeDocument(document)).toBe(text);
    expect(fieldAt(document, ["c", "b"])).toBe(1);
  });
});
