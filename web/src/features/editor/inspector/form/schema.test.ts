import { describe, expect, it } from "vitest";

import { blankOf, effective, matches, shapeOf } from "./schema";

describe("the shape of a schema", () => {
  const shape = (schema: Record<string, unknown>) => shapeOf(schema, schema);

  it("tells the plain ones, and takes null for left out", () => {
    expect(shape({ type: "string" })).toMatchObject({ kind: "text", nullable: false });
    expect(shape({ type: ["string", "null"] })).toMatchObject({ kind: "text", nullable: true });
    expect(shape({ type: "integer" })).toEqual({ kind: "number", whole: true });
    expect(shape({ enum: ["a", "b"] })).toMatchObject({ kind: "choice" });
    expect(shape({ oneOf: [{ const: "GET", description: "Read" }, { const: "HEAD" }] })).toEqual({ kind: "choice", choices: [{ value: "GET", label: "Read" }, { value: "HEAD", label: "HEAD" }] });
    expect(shape({ anyOf: [{ type: "string" }, { type: "null" }] })).toMatchObject({ kind: "text" });
    expect(shape({ not: {} })).toEqual({ kind: "any" });
    expect(shape({ type: "file" })).toEqual({ kind: "any" });
  });

  it("follows references, also those that lead to themselves", () => {
    const root = { $ref: "#/$defs/tree", $defs: { tree: { type: "object", properties: { below: { $ref: "#/$defs/tree" } }, required: ["below"] } } };
    expect(shapeOf(root, root)).toMatchObject({ kind: "object" });
    expect(JSON.stringify(blankOf(root, root)).length).toBeLessThan(200);
    expect(shapeOf({ $ref: "#/$defs/loop" }, { $defs: { loop: { $ref: "#/$defs/loop" } } })).toEqual({ kind: "any" });
  });

  it("adds what depends on other fields", () => {
    const schema = {
      type: "object",
      properties: { kind: { enum: ["card", "bank"] }, note: { type: "string" } },
      if: { properties: { kind: { const: "bank" } }, required: ["kind"] },
      then: { properties: { iban: { type: "string" } }, required: ["iban"] },
      dependentRequired: { note: ["kind"] },
    };
    expect(Object.keys(effective(schema, { kind: "bank" }, schema)["properties"] as object)).toContain("iban");
    expect(Object.keys(effective(schema, { kind: "card" }, schema)["properties"] as object)).not.toContain("iban");
    expect(effective(schema, { note: "x" }, schema)["required"]).toEqual(["kind"]);
  });

  it("chooses the variant that fits, and lets an expression stand for anything", () => {
    const [text, object] = [{ type: "integer" }, { type: "object", properties: { kind: { const: "a" } }, required: ["kind"] }];
    expect(matches(text, 3, {})).toBe(true);
    expect(matches(text, "{{ steps.a.n }}", {})).toBe(true);
    expect(matches(object, { kind: "b" }, {})).toBe(false);
    expect(matches(object, { kind: "a" }, {})).toBe(true);
  });
});
