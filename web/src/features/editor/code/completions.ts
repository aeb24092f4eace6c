/** One thing that can be written at the cursor. */
export interface Completion {
  readonly label: string;
  /** What it is in the sample, short. */
  readonly detail: string;
  readonly kind: "name" | "filter";
  /** What is written, where that is not the label. */
  readonly insert?: string;
}

export interface Completions {
  /** From where the text is replaced. */
  readonly from: number;
  readonly options: readonly Completion[];
}

const FILTERS: readonly (readonly [name: string, words: string])[] = [
  ["default('')", "where it may be missing"],
  ["length", "how many"],
  ["join(', ')", "a list as one text"],
  ["first", "the first of a list"],
  ["last", "the last of a list"],
  ["upper", "in capitals"],
  ["lower", "in small letters"],
  ["trim", "without space around"],
  ["replace('a', 'b')", "one text for another"],
  ["split(',')", "a text as a list"],
  ["map(attribute='name')", "one field of each"],
  ["selectattr('status', 'equalto', 'open')", "those with a value"],
  ["sum_money('amount')", "exact sum of amounts"],
  ["add_money('1.00')", "exact sum"],
  ["sub_money('1.00')", "exact difference"],
  ["mul_money('2')", "exact product"],
  ["amount_gt('100.00')", "is the amount larger?"],
  ["amount_ge('100.00')", "is it at least as large?"],
  ["round_money(2)", "to two places"],
  ["add('2h')", "a later time"],
  ["to_zone('Europe/London')", "in a time zone"],
  ["format_date('%d.%m.%Y', 'Europe/London')", "a time in words"],
  ["before(now)", "is it earlier?"],
  ["after(now)", "is it later?"],
  ["int", "a whole number"],
  ["round", "rounded"],
  ["tojson", "as JSON"],
  ["from_json", "JSON as a value"],
  ["unique", "each once"],
  ["sort", "in order"],
];

/** Where the expression around the cursor begins; nothing outside of braces. */
function expressionStart(text: string, at: number, bare: boolean): number | null {
  const open = text.lastIndexOf("{{", at - 1);
  const close = text.lastIndexOf("}}", at - 1);
  if (open >= 0 && open > close && open + 2 <= at) return open + 2;
  return bare && !text.includes("{{") ? 0 : null;
}

const PATH = /[A-Za-z_]\w*(?:\s*\.\s*\w+|\s*\[\s*(?:'[^']*'|"[^"]*"|\d+)\s*\])*(?:\s*\.\s*\w*)?$/;

/** What can be written at the cursor, from the samples of the steps before. */
export function completionsAt(text: string, at: number, scope: Readonly<Record<string, unknown>>, { bare = false, explicit = false } = {}): Completions | null {
  const start = expressionStart(text, at, bare);
  if (start === null) return explicit && !bare ? { from: at, options: names(scope, "").map((one) => ({ ...one, insert: `{{ ${one.label} }}` })) } : null;
  const before = text.slice(start, at);
  if (insideQuotes(before)) return null;
  const filter = /\|\s*(\w*)$/.exec(before);
  if (filter) return { from: at - (filter[1] ?? "").length, options: FILTERS.map(([label, detail]) => ({ label, detail, kind: "filter" })) };
  const path = PATH.exec(before)?.[0] ?? "";
  const dot = path.lastIndexOf(".");
  if (dot < 0) {
    if (path === "" && !explicit && before.trim() !== "") return null;
    return { from: at - path.length, options: names(scope, path) };
  }
  const value = valueOf(scope, path.slice(0, dot));
  const options = fields(value);
  return options.length ? { from: at - (path.length - dot - 1), options: options.map((one) => withPlainKey(one, path, dot)) } : null;
}

function insideQuotes(before: string): boolean {
  const bare = before.replaceAll(/\\./g, "");
  return (bare.match(/'/g) ?? []).length % 2 === 1 || (bare.match(/"/g) ?? []).length % 2 === 1;
}

/** Names at the beginning of an expression, and at once what stands below them: one choice writes the whole path. */
function names(scope: Readonly<Record<string, unknown>>, typed: string): Completion[] {
  const found: Completion[] = [];
  const add = (label: string, value: unknown): void => void found.push({ label, detail: shortValue(value), kind: "name" });
  for (const [name, value] of Object.entries(scope)) {
    if (name === "trigger" || (name === "vars" && isEmpty(value))) continue;
    if (name === "steps") {
      for (const [id, output] of Object.entries(value ?? {})) add(`steps.${id}`, output);
    } else add(name, value);
  }
  if (typed === "") return found;
  // Somebody who types the name of a field finds it wherever it stands.
  for (const [name, value] of Object.entries(scope)) {
    const roots: [string, unknown][] = name === "steps" ? Object.entries(value ?? {}).map(([id, output]) => [`steps.${id}`, output]) : name === "trigger" ? [] : [[name, value]];
    for (const [root, inner] of roots) for (const one of fields(inner)) if (/^\w+$/.test(one.label)) found.push({ ...one, label: `${root}.${one.label}` });
  }
  return found;
}

const isEmpty = (value: unknown): boolean => typeof value === "object" && value !== null && Object.keys(value).length === 0;

function fields(value: unknown): Completion[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).map(([label, inner]) => ({ label, detail: shortValue(inner), kind: "name" }));
}

/** A key that is the name of something else of a mapping, or no name at all, is written in brackets. */
function withPlainKey(one: Completion, path: string, dot: number): Completion {
  const plain = /^[A-Za-z_]\w*$/.test(one.label) && !["items", "keys", "values", "get"].includes(one.label);
  return plain ? one : { ...one, insert: `\u0000${path.slice(0, dot)}['${one.label.replaceAll("'", "\\'")}']` };
}

function valueOf(scope: Readonly<Record<string, unknown>>, path: string): unknown {
  let here: unknown = scope;
  for (const [, name, single, double, index] of path.matchAll(/(\w+)(?=\s*(?:\.|\[|$))|'([^']*)'|"([^"]*)"|\[\s*(\d+)\s*\]/g)) {
    const step = name ?? single ?? double ?? index ?? "";
    here = typeof here === "object" && here !== null ? (here as Record<string, unknown>)[step] : undefined;
  }
  return here;
}

/** A value in a few characters. */
export function shortValue(value: unknown): string {
  if (value === undefined) return "";
  if (value === null) return "empty";
  if (typeof value === "string") return value.length > 32 ? `${value.slice(0, 31)}…` : value || "empty text";
  if (Array.isArray(value)) return value.length === 1 ? "1 item" : `${value.length} items`;
  if (typeof value === "object") return `${Object.keys(value).length} fields`;
  if (typeof value === "boolean") return value ? "true" : "false";
  return typeof value === "number" ? String(value) : "";
}
