import { describe, expect, it } from "vitest";

import { draftOf, emptyDraft, fill, schemaFields, type Schema } from "./schema-form";

const schema: Schema = {
  type: "object",
  required: ["name", "count", "sure"],
  properties: {
    name: { type: "string", title: "Your name" },
    count: { type: "integer", default: 2 },
    kind: { enum: ["Roof", "Windows"] },
    sure: { type: "boolean" },
    at: { type: "string", format: "date-time" },
    lines: { type: "array" },
    source: { const: "web" },
  },
};
const fields = schemaFields(schema);

describe("a form out of a schema", () => {
  it("has a field for everything that is not given already", () => {
    expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ["name", "line", true],
      ["count", "whole", true],
      ["kind", "choice", false],
      ["sure", "yes_no", true],
      ["at", "time", false],
      ["lines", "json", false],
    ]);
    expect(emptyDraft(fields)).toMatchObject({ name: "", count: "2" });
  });

  it("reads each field as what it is, and leaves out what is empty", () => {
    expect(fill(fields, { name: "Ada", count: "3", kind: "", sure: "", at: "2026-12-01T09:00:00Z", lines: "[1]" })).toEqual({
      value: { name: "Ada", count: 3, sure: false, at: "2026-12-01T09:00:00.000Z", lines: [1] },
      problems: {},
    });
  });

  it("says what does not read, at its field", () => {
    expect(fill(fields, { name: "", count: "1.5", lines: "{" }).problems).toEqual({ name: "This has to be filled in", count: "A whole number", lines: "This is no JSON" });
  });

  it("shows what is kept", () => {
    expect(draftOf(fields, { count: 9, sure: true })).toMatchObject({ name: "", count: "9", sure: "true" });
  });
});
