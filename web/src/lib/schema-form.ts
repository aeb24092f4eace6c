/** A form out of a JSON Schema: flat objects become fields, what is deeper is written as JSON. */
export interface Schema {
  type?: string | readonly string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  maxLength?: number;
}

export type FieldKind = "line" | "text" | "email" | "url" | "date" | "time" | "whole" | "number" | "yes_no" | "choice" | "json";

export interface SchemaField {
  name: string;
  title: string;
  help: string | undefined;
  kind: FieldKind;
  required: boolean;
  options: readonly string[];
  usual: string;
}

/** What is typed so far, by field. */
export type Draft = Readonly<Record<string, string>>;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

export const isSchema = (value: unknown): value is Schema => isObject(value) && (value.properties === undefined || isObject(value.properties));

const FORMATS: Record<string, FieldKind> = { email: "email", uri: "url", url: "url", date: "date", "date-time": "time" };
const LONG = 200;

function kindOf(schema: Schema): FieldKind {
  if (schema.enum?.every((one) => typeof one === "string")) return "choice";
  const types = [schema.type ?? []].flat().filter((one) => one !== "null");
  if (types.length !== 1) return "json";
  switch (types[0]) {
    case "string":
      return FORMATS[schema.format ?? ""] ?? ((schema.maxLength ?? 0) > LONG ? "text" : "line");
    case "integer":
      return "whole";
    case "number":
      return "number";
    case "boolean":
      return "yes_no";
    default:
      return "json";
  }
}

const asText = (value: unknown): string => (value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));

const wordsOf = (name: string): string => {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export function schemaFields(schema: Schema): SchemaField[] {
  return Object.entries(schema.properties ?? {})
    .filter(([, one]) => one.const === undefined)
    .map(([name, one]) => ({
      name,
      title: one.title ?? wordsOf(name),
      help: one.description,
      kind: kindOf(one),
      required: schema.required?.includes(name) ?? false,
      options: (one.enum ?? []).filter((option): option is string => typeof option === "string"),
      usual: asText(one.default),
    }));
}

/** The draft in which every field says what it says unless somebody says otherwise. */
export const emptyDraft = (fields: readonly SchemaField[]): Draft => Object.fromEntries(fields.map((field) => [field.name, field.usual]));

/** A draft out of values that are kept already. */
export const draftOf = (fields: readonly SchemaField[], values: Readonly<Record<string, unknown>>): Draft =>
  Object.fromEntries(fields.map((field) => [field.name, field.name in values ? asText(values[field.name]) : field.usual]));

function valueOf(field: SchemaField, text: string): { value: unknown } | { problem: string } {
  switch (field.kind) {
    case "whole":
      return /^-?\d+$/.test(text) ? { value: Number(text) } : { problem: "A whole number" };
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? { value: Number(text) } : { problem: "A number" };
    case "yes_no":
      return { value: text === "true" };
    case "time": {
      const at = new Date(text);
      return Number.isNaN(at.getTime()) ? { problem: "A day and a time" } : { value: at.toISOString() };
    }
    case "json":
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        return { problem: "This is no JSON" };
      }
    default:
      return { value: text };
  }
}

export interface Filled {
  value: Record<string, unknown>;
  /** By field, in words. */
  problems: Readonly<Record<string, string>>;
}

/** What the draft says, as the schema wants it. Fields left empty are left out. */
export function fill(fields: readonly SchemaField[], draft: Draft): Filled {
  const value: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const text = draft[field.name] ?? "";
    if (text === "") {
      if (field.required && field.kind !== "yes_no") problems[field.name] = "This has to be filled in";
      else if (field.required) value[field.name] = false;
      continue;
    }
    const read = valueOf(field, text);
    if ("problem" in read) problems[field.name] = read.problem;
    else value[field.name] = read.value;
  }
  return { value, problems };
}
