import { doubleQuoted, isPlain, quoted, type Quotes } from "./scalar";
import { definedKeys, isList, isMap, type Json } from "./value";

/** Longer than this, a collection is written below its key. */
const MAX_INLINE = 100;
/** Lists of nodes read better one below the other, however short. */
const ALWAYS_BLOCK = new Set(["nodes", "do", "switch", "layout"]);

export interface Manner {
  /** Inside brackets or braces. */
  readonly inFlow: boolean;
  /** As JSON: every text and key in double quotes. */
  readonly json?: boolean;
  readonly quotes?: Quotes;
}

/** The value in one line. */
export function inline(value: Json | undefined, manner: Manner): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") {
    return manner.json ? doubleQuoted(value) : quoted(value, manner.inFlow, manner.quotes);
  }
  if (typeof value === "number" && Object.is(value, -0)) return "0";
  if (isList(value)) {
    const items = value.map((item) => inline(item, { inFlow: true, json: manner.json ?? false }));
    return items.length ? `[${padded(items, manner.json)}]` : "[]";
  }
  if (!isMap(value)) return String(value);
  const inner = { inFlow: true, json: manner.json ?? false };
  const pairs = definedKeys(value).map((key) => `${writeKey(key, inner)}: ${inline(value[key], inner)}`);
  return pairs.length ? `{ ${pairs.join(", ")} }` : "{}";
}

function padded(items: readonly string[], json: boolean | undefined): string {
  const text = items.join(", ");
  return json || items.some((item) => /^[[{]/.test(item)) ? ` ${text} ` : text;
}

export function writeKey(key: string, manner: Manner): string {
  return !manner.json && isPlain(key, manner.inFlow, true) ? key : doubleQuoted(key);
}

/** A value that is written below its key: a header that stands behind the colon, and lines. */
export interface Block {
  readonly header: string;
  readonly lines: readonly string[];
}

/** The value as lines at the indentation, or nothing where it stands in one line. */
export function block(value: Json | undefined, indent: number, key?: string | number): Block | null {
  if (typeof value === "string") return literal(value, indent);
  if (isList(value) && value.length && wantsBlock(value, key)) {
    return { header: "", lines: value.flatMap((item) => itemLines(item, indent)) };
  }
  if (isMap(value) && definedKeys(value).length && wantsBlock(value, key)) {
    return { header: "", lines: mapLines(value, indent) };
  }
  return null;
}

function wantsBlock(value: Json, key: string | number | undefined): boolean {
  if (key !== undefined && ALWAYS_BLOCK.has(String(key))) return true;
  return hasLines(value) || inline(value, { inFlow: false }).length > MAX_INLINE;
}

function hasLines(value: Json | undefined): boolean {
  if (typeof value === "string") return literal(value, 0) !== null;
  if (isList(value)) return value.some(hasLines);
  return isMap(value) && Object.values(value).some(hasLines);
}

/** Text of several lines as it is, where nothing in it would be read otherwise. */
function literal(text: string, indent: number): Block | null {
  // eslint-disable-next-line no-control-regex -- anything but line feeds needs quotes
  if (!/\n/.test(text.trimEnd()) || /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(text)) return null;
  if (/^[\s]/.test(text) || /\n\n$/.test(text) || /[ \t]+(\n|$)/.test(text)) return null;
  const ends = text.endsWith("\n");
  const lines = (ends ? text.slice(0, -1) : text).split("\n");
  const pad = " ".repeat(indent);
  return { header: ends ? "|" : "|-", lines: lines.map((line) => (line === "" ? "" : pad + line)) };
}

/** The entries of a mapping, one below the other. */
export function mapLines(value: { readonly [key: string]: Json | undefined }, indent: number): string[] {
  return definedKeys(value).flatMap((key) => entryLines(key, value[key], indent));
}

export function entryLines(key: string, value: Json | undefined, indent: number): string[] {
  const start = `${" ".repeat(indent)}${writeKey(key, { inFlow: false })}:`;
  const below = block(value, indent + 2, key);
  if (!below) return [`${start} ${inline(value, { inFlow: false })}`];
  return [below.header ? `${start} ${below.header}` : start, ...below.lines];
}

/** An item behind its dash. A node keeps one line for each of its keys. */
export function itemLines(value: Json | undefined, indent: number): string[] {
  const pad = " ".repeat(indent);
  const isNode = isMap(value) && value["id"] !== undefined;
  if (isMap(value) && definedKeys(value).length && (isNode || wantsBlock(value, undefined))) {
    const lines = mapLines(value, indent + 2);
    return [`${pad}- ${(lines[0] ?? "").slice(indent + 2)}`, ...lines.slice(1)];
  }
  const below = block(value, indent + 2);
  if (!below) return [`${pad}- ${inline(value, { inFlow: false })}`];
  if (below.header) return [`${pad}- ${below.header}`, ...below.lines];
  return [`${pad}- ${(below.lines[0] ?? "").slice(indent + 2)}`, ...below.lines.slice(1)];
}
