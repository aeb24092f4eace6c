import type { Schema } from "../../api";
import { equal, isMap } from "../../model/text/value";

/** One way to fill a field that can be filled in several. */
export interface Variant {
  readonly title: string;
  readonly schema: Schema;
}

export interface Choice {
  readonly value: unknown;
  readonly label: string;
}

/** What a field of a schema is, as a form draws it. `any` is whatever is not known: it is edited as JSON, and kept. */
export type Shape =
  | { readonly kind: "text"; readonly format: string | null; readonly long: boolean; readonly nullable: boolean }
  | { readonly kind: "number"; readonly whole: boolean }
  | { readonly kind: "boolean" }
  | { readonly kind: "choice"; readonly choices: readonly Choice[] }
  | { readonly kind: "list"; readonly item: Schema }
  | { readonly kind: "object"; readonly fields: readonly (readonly [name: string, schema: Schema])[]; readonly required: ReadonlySet<string>; readonly rest: Schema | null }
  | { readonly kind: "variants"; readonly variants: readonly Variant[] }
  | { readonly kind: "any" };

const asSchema = (value: unknown): Schema => (isMap(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** The schema that a reference leads to, with what stands beside the reference. */
export function resolved(schema: Schema, root: Schema, depth = 0): Schema {
  const reference = textOf(schema["$ref"]);
  if (reference === null || !reference.startsWith("#/") || depth > 16) return schema;
  let here: unknown = root;
  for (const step of reference.slice(2).split("/")) here = isMap(here) ? here[step.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  const beside = without(schema, "$ref");
  return { ...resolved(asSchema(here), root, depth + 1), ...beside };
}

/** Only one of them can be meant: `null` says that the field may be left out. */
function withoutNull(schema: Schema, root: Schema): Schema {
  const types = listOf(schema["type"]).filter((type) => type !== "null");
  if (types.length === 1) return { ...schema, type: types[0] };
  for (const key of ["anyOf", "oneOf"] as const) {
    const ways = listOf(schema[key]).map((one) => resolved(asSchema(one), root));
    const left = ways.filter((one) => one["type"] !== "null");
    const [only] = left;
    if (left.length === 1 && left.length < ways.length && only) {
      const beside = without(schema, key);
      return withoutNull({ ...only, ...beside }, root);
    }
  }
  return schema;
}

/** The schema with what depends on other fields: `if`, `dependentSchemas`, `allOf`. */
export function effective(schema: Schema, value: unknown, root: Schema): Schema {
  let out = resolved(schema, root);
  const add = (more: Schema): void => void (out = merged(out, effective(more, value, root)));
  for (const one of listOf(out["allOf"])) add(asSchema(one));
  for (const [key, more] of Object.entries(asSchema(out["dependentSchemas"]))) if (has(value, key)) add(asSchema(more));
  for (const [key, names] of Object.entries(asSchema(out["dependentRequired"]))) if (has(value, key)) add({ required: listOf(names) });
  if (isMap(out["if"])) {
    const branch = out[matches(asSchema(out["if"]), value, root) ? "then" : "else"];
    if (isMap(branch)) add(branch);
  }
  return out;
}

function without(schema: Schema, key: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

const has = (value: unknown, key: string): boolean => isMap(value) && value[key] !== undefined;

function merged(left: Schema, right: Schema): Schema {
  return {
    ...left,
    ...Object.fromEntries(Object.entries(right).filter(([key]) => !["properties", "required", "if", "then", "else", "allOf"].includes(key))),
    properties: { ...asSchema(left["properties"]), ...asSchema(right["properties"]) },
    required: [...new Set([...listOf(left["required"]), ...listOf(right["required"])])],
  };
}

export function shapeOf(given: Schema, root: Schema): Shape {
  const schema = withoutNull(resolved(given, root), root);
  const choices = choicesOf(schema, root);
  if (choices) return { kind: "choice", choices };
  const ways = listOf(schema["oneOf"] ?? schema["anyOf"]).map((one) => resolved(asSchema(one), root));
  if (ways.length > 1) return { kind: "variants", variants: ways.map((one, index) => ({ title: variantTitle(one, index), schema: one })) };
  return typed(schema, listOf(given["type"]).includes("null"));
}

function typed(schema: Schema, nullable: boolean): Shape {
  switch (schema["type"]) {
    case "string":
      return { kind: "text", format: textOf(schema["format"]), long: Number(schema["maxLength"] ?? 0) > 300, nullable };
    case "number":
    case "integer":
      return { kind: "number", whole: schema["type"] === "integer" };
    case "boolean":
      return { kind: "boolean" };
    case "array":
      return { kind: "list", item: asSchema(schema["items"]) };
    case "object":
    case undefined:
      return isMap(schema["properties"]) || isMap(schema["additionalProperties"]) || schema["type"] === "object" ? objectShape(schema) : { kind: "any" };
    default:
      return { kind: "any" };
  }
}

function objectShape(schema: Schema): Shape {
  const fields = Object.entries(asSchema(schema["properties"])).map(([name, one]) => [name, asSchema(one)] as const);
  const required = new Set(listOf(schema["required"]).filter((name) => typeof name === "string"));
  const rest = schema["additionalProperties"];
  if (!fields.length && rest === undefined) return { kind: "object", fields, required, rest: null };
  return { kind: "object", fields: [...fields].sort(([left], [right]) => Number(required.has(right)) - Number(required.has(left))), required, rest: isMap(rest) ? rest : rest === true ? {} : null };
}

function choicesOf(schema: Schema, root: Schema): readonly Choice[] | null {
  const values = listOf(schema["enum"]);
  if (values.length) return values.map((value) => ({ value, label: labelOf(value) }));
  if (schema["const"] !== undefined) return [{ value: schema["const"], label: labelOf(schema["const"]) }];
  const ways = listOf(schema["oneOf"] ?? schema["anyOf"]).map((one) => resolved(asSchema(one), root));
  if (!ways.length || !ways.every((one) => one["const"] !== undefined)) return null;
  return ways.map((one) => ({ value: one["const"], label: textOf(one["title"]) ?? textOf(one["description"]) ?? labelOf(one["const"]) }));
}

const labelOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function variantTitle(schema: Schema, index: number): string {
  const known = textOf(schema["title"]) ?? textOf(schema["description"]);
  if (known !== null) return known.replace(/\.$/, "");
  const names = Object.keys(asSchema(schema["properties"]));
  return names.length ? names.join(", ") : (textOf(schema["type"]) ?? `Way ${index + 1}`);
}

/** Does the value fit, as far as one has to know to choose between variants? */
export function matches(given: Schema, value: unknown, root: Schema): boolean {
  const schema = resolved(given, root);
  if (schema["const"] !== undefined && !equal(schema["const"], value)) return false;
  const values = listOf(schema["enum"]);
  if (values.length && !values.some((one) => equal(one, value))) return false;
  if (!fitsType(schema["type"], value)) return false;
  if (!isMap(value)) return true;
  if (!listOf(schema["required"]).every((name) => has(value, String(name)))) return false;
  return Object.entries(asSchema(schema["properties"])).every(([name, one]) => value[name] === undefined || matches(asSchema(one), value[name], root));
}

function fitsType(type: unknown, value: unknown): boolean {
  if (type === undefined) return true;
  const types = Array.isArray(type) ? type : [type];
  return types.some((one) => {
    // What an expression will give is not known here: it may be anything.
    if (typeof value === "string" && value.includes("{{")) return one !== "null";
    if (one === "null") return value === null;
    if (one === "array") return Array.isArray(value);
    if (one === "object") return isMap(value);
    if (one === "integer") return typeof value === "bigint" || Number.isInteger(value);
    if (one === "number") return typeof value === "number" || typeof value === "bigint";
    return typeof value === one;
  });
}

/** What a field begins with when somebody adds it. */
export function blankOf(given: Schema, root: Schema, depth = 0): unknown {
  const schema = resolved(given, root);
  if (schema["default"] !== undefined && schema["default"] !== null) return schema["default"];
  const shape = shapeOf(schema, root);
  switch (shape.kind) {
    case "choice":
      return shape.choices[0]?.value;
    case "number":
      return Number(schema["minimum"] ?? 0);
    case "boolean":
      return false;
    case "list":
      return [];
    case "object":
      return depth > 4 ? {} : Object.fromEntries(shape.fields.filter(([name]) => shape.required.has(name)).map(([name, one]) => [name, blankOf(one, root, depth + 1)]));
    case "variants":
      return shape.variants[0] ? blankOf(shape.variants[0].schema, root, depth + 1) : "";
    default:
      return "";
  }
}
