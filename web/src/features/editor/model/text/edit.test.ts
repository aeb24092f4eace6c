import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { edit, type Change } from "./edit";
import { read } from "./read";
import { reconcile } from "./reconcile";
import { equal, type Json, type JsonMap } from "./value";
import { mapLines } from "./write";

const NODE = `  # reads it
  - id: job
    title: Read the job   # of the event
    with: { id: "{{ event.id }}", limit: 1 }
    code: |
      return 1;

    tags:
      # first
      - a
      - b # second
    next: proof
`;

function changed(before: string, after: string): string[] {
  const old = new Set(before.split("\n"));
  return after.split("\n").filter((line) => !old.has(line));
}

describe("an edit touches only its own lines", () => {
  const cases: [string, Change, string[]][] = [
    ["a plain text", { kind: "set", path: [0, "title"], value: "Fetch it" }, ["    title: Fetch it   # of the event"]],
    ["a text in braces", { kind: "set", path: [0, "with", "id"], value: "{{ event.job }}" }, ['    with: { id: "{{ event.job }}", limit: 1 }']],
    ["a new key in braces", { kind: "set", path: [0, "with", "all"], value: true }, ['    with: { id: "{{ event.id }}", limit: 1, all: true }']],
    ["a new key", { kind: "set", path: [0, "connection"], value: "crm", order: ["id", "title", "connection", "with"] }, ["    connection: crm"]],
    ["a block text", { kind: "set", path: [0, "code"], value: "return 2;\nreturn 3;\n" }, ["      return 2;", "      return 3;"]],
    ["an item", { kind: "set", path: [0, "tags", 1], value: "c" }, ["      - c # second"]],
    ["a new item", { kind: "insert", path: [0, "tags"], index: 2, value: "{{ c }}" }, ['      - "{{ c }}"']],
    ["an item at the start", { kind: "insert", path: [0, "tags"], index: 0, value: "z" }, ["      - z"]],
    ["a removed key", { kind: "remove", path: [0, "with", "limit"] }, ['    with: { id: "{{ event.id }}" }']],
    ["a removed line", { kind: "remove", path: [0, "title"] }, []],
    ["the last item", { kind: "remove", path: [0, "tags", 1] }, []],
    ["a mapping for a text", { kind: "set", path: [0, "next"], value: ["a", "b"] }, ["    next: [a, b]"]],
  ];
  it.each(cases)("%s", (_, change, lines) => {
    const after = edit(NODE, [change]);
    expect(changed(NODE, after)).toEqual(lines);
    expect(after.startsWith("  # reads it\n  - id: job\n")).toBe(true);
  });

  it("keeps the dash when the first key goes", () => {
    expect(edit("- id: a\n  next: b\n", [{ kind: "remove", path: [0, "id"] }])).toBe("- next: b\n");
  });

  it("keeps the manner of JSON", () => {
    const text = '{\n  "a": "x",\n  "b": [1, 2]\n}\n';
    expect(edit(text, [{ kind: "set", path: ["c"], value: { d: "e" } }])).toBe('{\n  "a": "x",\n  "b": [1, 2],\n  "c": { "d": "e" }\n}\n');
    expect(edit(text, [{ kind: "set", path: ["a"], value: "y" }])).toBe(text.replace('"x"', '"y"'));
  });

  it("keeps line ends of both kinds", () => {
    expect(edit("a: 1\r\nb: 2\r\n", [{ kind: "set", path: ["c"], value: 3 }])).toBe("a: 1\r\nb: 2\r\nc: 3\r\n");
  });
});

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("true", "007", "1e5", "{{ steps.a.b }}", "a: b", "#x", "- a", "x\ny\n", "x\n\n  y", "", " ", "yes", "0x1F", "a,b", "[x]", "'", '"', "next_business_day 12:00", "|", "line \nend"),
);
const key = fc.oneof(fc.stringMatching(/^[a-z][a-z_]{0,6}$/), fc.constantFrom("on", "a b", "x: y", "200", "true"));
const scalar = fc.oneof(text, fc.integer({ min: -1e6, max: 1e6 }), fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }));
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, scalar as fc.Arbitrary<Json>, fc.array(tie("value"), { maxLength: 3 }), fc.dictionary(key, tie("value"), { maxKeys: 3 }) as fc.Arbitrary<Json>),
}));
const map = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 }) as fc.Arbitrary<JsonMap>;

describe("for any value", () => {
  it("what is written reads back as it was", () => {
    fc.assert(fc.property(map, (map) => {
      const reading = read(`${mapLines(map, 0).join("\n")}\n`);
      expect(reading.problems).toEqual([]);
      expect(equal(reading.value, map)).toBe(true);
    }), { numRuns: 150 });
  }, 60_000);

  it("one becomes another by the changes between them, in blocks and in braces", () => {
    fc.assert(fc.property(map, map, fc.boolean(), (before, after, json) => {
      const start = json ? JSON.stringify(before, null, 2) : `${mapLines(before, 0).join("\n")}\n`;
      const end = edit(start, reconcile(before, after, []));
      expect(equal(read(end).value, after)).toBe(true);
    }), { numRuns: 150 });
  }, 60_000);

  it("equal values need no change", () => {
    fc.assert(fc.property(map, (map) => {
      expect(reconcile(map, structuredClone(map), [])).toEqual([]);
    }));
  });
});
