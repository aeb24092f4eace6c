import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { edit, type Change } from "./edit";
import { read } from "./read";
import { reconcile } from "./reconcile";
import { equal, type Json, type JsonMap, type Path } from "./value";
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

  it("fills what is empty, in quotes and without", () => {
    const text = 'a: "" # one\nb: # two\nc: { d: "", e: , f }\n';
    const fill = (path: Path, value: Json) => edit(text, [{ kind: "set", path, value }]);
    expect(fill(["a"], "x y")).toBe(text.replace('a: ""', 'a: "x y"'));
    expect(fill(["b"], 5)).toBe(text.replace("b:", "b: 5"));
    expect(fill(["b"], { code: "one\ntwo\n" })).toBe(text.replace("b: # two", "b: # two\n  code: |\n    one\n    two"));
    expect(fill(["c", "d"], "x")).toBe(text.replace('d: ""', 'd: "x"'));
    expect(fill(["c", "f"], true)).toBe(text.replace("f }", "f: true }"));
    expect(read(fill(["c", "e"], 1)).value).toMatchObject({ c: { e: 1 } });
  });

  it("takes blocks away and puts them there, comments behind the key stay", () => {
    const text = "a: # why\n  b: 1\n  c: 2\nd: 3 # last\n";
    expect(edit(text, [{ kind: "set", path: ["a"], value: 4 }])).toBe("a: 4 # why\nd: 3 # last\n");
    expect(edit(text, [{ kind: "remove", path: ["a"] }])).toBe("d: 3 # last\n");
    expect(edit(text, [{ kind: "set", path: ["d"], value: "x\ny\n" }])).toBe("a: # why\n  b: 1\n  c: 2\nd: | # last\n  x\n  y\n");
    expect(edit(text, [{ kind: "remove", path: ["a", "b"] }, { kind: "remove", path: ["a", "c"] }])).toBe("a: {} # why\nd: 3 # last\n");
    expect(edit(text, [{ kind: "rename", path: ["a", "b"], key: "on it" }])).toBe("a: # why\n  on it: 1\n  c: 2\nd: 3 # last\n");
    expect(edit("- a\n-\n  - b\n", [{ kind: "set", path: [1], value: "c" }])).toBe("- a\n- c\n");
  });

  it("keeps the manner of JSON", () => {
    const text = '{\n  "a": "x",\n  "b": [1, 2]\n}\n';
    expect(edit(text, [{ kind: "set", path: ["c"], value: { d: "e" } }])).toBe('{\n  "a": "x",\n  "b": [1, 2],\n  "c": { "d": "e" }\n}\n');
    expect(edit(text, [{ kind: "set", path: ["a"], value: "y" }])).toBe(text.replace('"x"', '"y"'));
  });

  it("writes braces that grow too long below their key, and leaves the others alone", () => {
    const long = "x".repeat(60);
    const text = `a: { b: ${long} }\nc: { d: ${long} } # why\n`;
    expect(edit(text, [{ kind: "set", path: ["a", "e"], value: long }])).toBe(`a:\n  b: ${long}\n  e: ${long}\nc: { d: ${long} } # why\n`);
    expect(edit(text, [{ kind: "set", path: ["c", "e"], value: long }])).toBe(`a: { b: ${long} }\nc: { d: ${long}, e: ${long} } # why\n`);
    expect(edit(text, [{ kind: "set", path: ["a", "b"], value: long + long }])).toContain(`a: { b: ${long}${long} }\n`);
    expect(edit(`- { id: a, set: ${long} }\n`, [{ kind: "set", path: [0, "title"], value: long, order: ["id", "title", "set"] }])).toBe(`- id: a\n  set: ${long}\n  title: ${long}\n`);
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
