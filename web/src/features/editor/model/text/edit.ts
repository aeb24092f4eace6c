import { parseDocument } from "yaml";

import { isFlow, locate, read, span, type Reading } from "./read";
import { insertEntry, insertItem, lineStart, remove, renameKey, replaceValue, spliced, type Splice } from "./splice";
import { equal, isList, isMap, valueAt, type Json, type JsonMap, type Path } from "./value";

/** One change of a text. */
export type Change =
  | { readonly kind: "set"; readonly path: Path; readonly value: Json; readonly order?: readonly string[] }
  /** `source` is the item as it is written elsewhere, with its comments. */
  | { readonly kind: "insert"; readonly path: Path; readonly index: number; readonly value: Json; readonly source?: string }
  | { readonly kind: "move"; readonly path: Path; readonly from: number; readonly to: number }
  | { readonly kind: "remove"; readonly path: Path }
  | { readonly kind: "rename"; readonly path: Path; readonly key: string };

/** What was read last: who types changes the same few lines again and again. */
const recent = new Map<string, Reading>();
const RECENT = 32;
const LONGEST = 10_000;

function remember(reading: Reading): void {
  if (reading.text.length > LONGEST) return;
  recent.delete(reading.text);
  recent.set(reading.text, reading);
  const [oldest] = recent.keys();
  if (recent.size > RECENT && oldest !== undefined) recent.delete(oldest);
}

/** The text after the changes: where a change touches nothing, no character moves. */
export function edit(text: string, changes: readonly Change[]): string {
  let reading = recent.get(text) ?? read(text);
  for (const change of changes) reading = apply(reading, change);
  remember(reading);
  return reading.text;
}

function apply(reading: Reading, change: Change): Reading {
  if (change.kind === "move") {
    const item = valueAt(reading.value, [...change.path, change.from]);
    if (item === undefined) return reading;
    const without = apply(reading, { kind: "remove", path: [...change.path, change.from] });
    return apply(without, { kind: "insert", path: change.path, index: change.to, value: item });
  }
  if (reading.problems.length) throw new Error(`a text with problems cannot be changed: ${reading.problems[0]?.message ?? ""}`);
  const expected = applied(reading.value, change);
  if (equal(expected, reading.value) && change.kind !== "rename") return reading;
  const planned = plan(reading, change);
  const splice = planned && unfolded(reading, change, planned);
  if (splice) {
    const next = read(spliced(reading.text, inLineEnds(splice, reading.text)));
    if (!next.problems.length && equal(next.value, expected)) return next;
  }
  return rewritten(reading, expected);
}

function plan(reading: Reading, change: Change): Splice | null {
  switch (change.kind) {
    case "set": {
      const key = change.path.at(-1);
      if (change.path.length === 0 || valueAt(reading.value, change.path) !== undefined) {
        return replaceValue(reading, change.path, change.value);
      }
      return typeof key === "string" ? insertEntry(reading, change.path.slice(0, -1), key, change.value, change.order ?? []) : null;
    }
    case "insert": {
      const list = valueAt(reading.value, change.path);
      if (isList(list) && list.length) return insertItem(reading, change.path, change.index, change.value);
      return replaceValue(reading, change.path, [change.value]);
    }
    case "remove":
      return remove(reading, change.path);
    case "rename":
      return renameKey(reading, change.path, change.key);
    case "move":
      return null;
  }
}

/** Longer than this, a line of braces that grows is written below its key instead. */
const LONG_LINE = 120;

/** A collection in one line that got another entry, as lines of its own where the line became too long to read. */
function unfolded(reading: Reading, change: Change, splice: Splice): Splice {
  const adds = change.kind === "insert" || (change.kind === "set" && valueAt(reading.value, change.path) === undefined);
  if (!adds) return splice;
  const text = spliced(reading.text, splice);
  const start = lineStart(text, splice.from);
  const end = text.indexOf("\n", splice.from + splice.text.length);
  if ((end < 0 ? text.length : end) - start <= LONG_LINE || splice.text.includes("\n")) return splice;
  for (let count = 1; count < change.path.length + (change.kind === "insert" ? 1 : 0); count += 1) {
    const path = change.path.slice(0, count);
    const node = locate(reading.root, path)?.node ?? null;
    if (!isFlow(node)) continue;
    const [from, to] = span(node);
    if (reading.text.slice(from, to).includes("\n") || /#/.test(reading.text.slice(to, reading.text.indexOf("\n", to)))) return splice;
    const value = applied(valueAt(reading.value, path) ?? null, { ...change, path: change.path.slice(count) });
    return replaceValue(reading, path, value) ?? splice;
  }
  return splice;
}

function inLineEnds(splice: Splice, text: string): Splice {
  return text.includes("\r\n") ? { ...splice, text: splice.text.replaceAll(/\r?\n/g, "\r\n") } : splice;
}

/** The last resort, for texts in a form that no splice fits: written anew, with the comments that can be kept. */
function rewritten(reading: Reading, expected: Json): Reading {
  const document = parseDocument(reading.text, { version: "1.2", logLevel: "silent" });
  const fresh = document.createNode(expected);
  if (document.contents) fresh.commentBefore = document.contents.commentBefore ?? null;
  document.contents = fresh as typeof document.contents;
  const indent = /^ */.exec(reading.text)?.[0] ?? "";
  const text = document.toString({ lineWidth: 0 });
  const lines = text.split("\n").map((line) => (line === "" ? line : indent + line));
  return read(lines.join("\n"));
}

/** The value after the change. */
export function applied(value: Json, change: Change): Json {
  const [step, ...rest] = change.path;
  if (step === undefined || (change.path.length === 1 && (change.kind === "remove" || change.kind === "rename"))) {
    return atEnd(value, change, step);
  }
  const inner = valueAt(value, [step]);
  const next = applied(inner ?? null, { ...change, path: rest });
  if (isList(value)) return value.map((item, index) => (index === Number(step) ? next : item));
  return { ...(isMap(value) ? value : {}), [step]: next };
}

function atEnd(value: Json, change: Change, step: string | number | undefined): Json {
  if (change.kind === "set") return change.value;
  if (change.kind === "move" && isList(value)) return moved(value, change.from, change.to);
  if (change.kind === "insert") return isList(value) ? value.toSpliced(change.index, 0, change.value) : [change.value];
  if (isList(value)) return change.kind === "remove" ? value.toSpliced(Number(step), 1) : value;
  if (!isMap(value)) return value;
  const name = String(step);
  const pairs = Object.entries(value).flatMap(([key, inner]) => {
    if (key !== name) return [[key, inner]];
    return change.kind === "rename" ? [[change.key, inner]] : [];
  });
  return Object.fromEntries(pairs) as JsonMap;
}

/** The list with one item at another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const item = list.slice(from, from + 1);
  return list.toSpliced(from, 1).toSpliced(to, 0, ...item);
}
