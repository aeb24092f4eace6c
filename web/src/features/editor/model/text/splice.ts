import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";

import { isFlow, keyText, locate, span, type Place, type Reading } from "./read";
import type { Quotes } from "./scalar";
import type { Json, Path } from "./value";
import { block, entryLines, inline, itemLines, writeKey, type Manner } from "./write";

/** A stretch of text that becomes another. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export function spliced(text: string, splice: Splice): string {
  return text.slice(0, splice.from) + splice.text + text.slice(splice.to);
}

/** Puts another value at a path that is there. */
export function replaceValue(reading: Reading, path: Path, value: Json): Splice | null {
  const place = locate(reading.root, path);
  if (!place) return null;
  const manner: Manner = { inFlow: place.inFlow, json: isJson(reading), quotes: quotesOf(place.node) };
  if (!place.node || (isScalar(place.node) && place.node.type === "PLAIN" && place.node.source === "")) return fillEmpty(reading, place, value, manner);
  const [from, to] = span(place.node);
  if (place.inFlow || !place.parent) return { from, to, text: inline(value, manner) };
  return replaceInBlock(reading, place, value, manner);
}

function fillEmpty(reading: Reading, place: Place, value: Json, manner: Manner): Splice | null {
  const pair = isMap(place.parent) ? place.parent.items[place.index] : undefined;
  if (!pair) return null;
  const colon = afterColon(reading.text, pair);
  if (colon === null) {
    const at = span(pair.key as Node)[1];
    return { from: at, to: at, text: `: ${inline(value, manner)}` };
  }
  if (place.inFlow) return { from: colon, to: colon, text: ` ${inline(value, manner)}` };
  const below = block(value, columnOf(reading.text, span(pair.key as Node)[0]) + 2, keyText(pair));
  if (!below) return { from: colon, to: colon, text: ` ${inline(value, manner)}` };
  const end = lineEnd(reading.text, colon);
  const header = below.header ? ` ${below.header}` : "";
  return { from: colon, to: end, text: `${header}${reading.text.slice(colon, end).trimEnd()}\n${below.lines.join("\n")}` };
}

function replaceInBlock(reading: Reading, place: Place, value: Json, manner: Manner): Splice | null {
  const { text } = reading;
  const [from, to] = span(place.node);
  const pair = isMap(place.parent) ? place.parent.items[place.index] : undefined;
  const start = pair ? afterColon(text, pair) : afterDash(text, from);
  if (start === null) return null;
  const keyAt = pair ? span(pair.key as Node)[0] : start - 1;
  const below = block(value, columnOf(text, keyAt) + 2, pair ? keyText(pair) : undefined);
  const wasBelow = isBelow(place.node);
  if (!below && !wasBelow) return { from, to, text: inline(value, manner) };
  const comment = wasBelow ? headerComment(text, start, from) : trailingComment(text, to);
  const behind = comment ? ` ${comment}` : "";
  const end = wasBelow ? (text[to - 1] === "\n" ? to - 1 : to) : lineEnd(text, to);
  if (!below) return { from: start, to: end, text: ` ${inline(value, manner)}${behind}` };
  if (!pair && !below.header) return { from: start, to: end, text: ` ${(below.lines[0] ?? "").trimStart()}\n${below.lines.slice(1).join("\n")}` };
  const header = below.header ? ` ${below.header}` : "";
  return { from: start, to: end, text: `${header}${behind}\n${below.lines.join("\n")}` };
}

/** Written below its key or behind a header, not in the key's own line. */
function isBelow(node: Node | null): boolean {
  if (isScalar(node)) return node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
  return (isMap(node) || isSeq(node)) && !isFlow(node);
}

function headerComment(text: string, start: number, from: number): string {
  const line = text.slice(start, Math.min(lineEnd(text, start), from));
  return /^[ \t]*(#.*)$/.exec(line)?.[1]?.trimEnd() ?? "";
}

function trailingComment(text: string, to: number): string {
  return /^[ \t]+(#.*)$/.exec(text.slice(to, lineEnd(text, to)))?.[1]?.trimEnd() ?? "";
}

/** Puts a new entry into a mapping, behind those that stand before it in the order. */
export function insertEntry(reading: Reading, path: Path, key: string, value: Json, order: readonly string[]): Splice | null {
  const place = locate(reading.root, path);
  const map = place?.node;
  if (!place || !isMap(map)) return null;
  const before = predecessor(map, key, order);
  if (place.inFlow || isFlow(map)) return entryInFlow(reading, map, before, key, value);
  const first = map.items[0];
  if (!first) return null;
  const indent = columnOf(reading.text, span(first.key as Node)[0]);
  const lines = entryLines(key, value, indent);
  if (before < 0) {
    const at = span(first.key as Node)[0];
    return { from: at, to: at, text: `${lines.join("\n").slice(indent)}\n${" ".repeat(indent)}` };
  }
  const previous = map.items[before] as Pair;
  return belowLine(reading.text, endOfPair(previous), lines);
}

function predecessor(map: YAMLMap, key: string, order: readonly string[]): number {
  const rank = order.indexOf(key);
  if (rank < 0) return map.items.length - 1;
  let found = -1;
  map.items.forEach((pair, index) => {
    const other = order.indexOf(keyText(pair));
    if (other >= 0 && other < rank) found = index;
  });
  // Before a known later key; behind everything where none is there.
  return found >= 0 || map.items.some((pair) => order.includes(keyText(pair))) ? found : map.items.length - 1;
}

function entryInFlow(reading: Reading, map: YAMLMap, before: number, key: string, value: Json): Splice {
  const manner: Manner = { inFlow: true, json: isJson(reading) };
  const text = `${writeKey(key, manner)}: ${inline(value, manner)}`;
  return intoFlow(reading.text, map, before, text, "{}", (index) => {
    const pair = map.items[index] as Pair;
    return [span(pair.key as Node)[0], endOfPair(pair)];
  });
}

/** Puts an item into a list. */
export function insertItem(reading: Reading, path: Path, index: number, value: Json): Splice | null {
  const place = locate(reading.root, path);
  const list = place?.node;
  if (!place || !isSeq(list)) return null;
  if (place.inFlow || isFlow(list)) {
    const text = inline(value, { inFlow: true, json: isJson(reading) });
    return intoFlow(reading.text, list, index - 1, text, "[]", (at) => span(list.items[at] as Node));
  }
  const [firstAt] = span(list.items[0] as Node);
  const dash = dashBefore(reading.text, firstAt);
  if (dash === null || !list.items.length) return null;
  const lines = itemLines(value, columnOf(reading.text, dash));
  if (index > 0) return belowLine(reading.text, span(list.items[index - 1] as Node)[1], lines);
  const at = lineStart(reading.text, dash);
  return reading.text.slice(at, dash).trim() === "" ? { from: at, to: at, text: `${lines.join("\n")}\n` } : null;
}

function intoFlow(
  text: string,
  list: YAMLMap | YAMLSeq,
  before: number,
  added: string,
  brackets: string,
  at: (index: number) => readonly [number, number],
): Splice {
  const [from, to] = span(list);
  if (!list.items.length) {
    const space = brackets === "{}" ? " " : "";
    return { from, to, text: `${brackets[0]}${space}${added}${space}${brackets[1]}` };
  }
  const [first] = at(0);
  const glue = text.slice(from, first).includes("\n") ? `\n${" ".repeat(columnOf(text, first))}` : " ";
  if (before < 0) return { from: first, to: first, text: `${added},${glue}` };
  const [, end] = at(before);
  return { from: end, to: end, text: `,${glue}${added}` };
}

/** Takes an entry or an item away. */
export function remove(reading: Reading, path: Path): Splice | null {
  const place = locate(reading.root, path);
  if (!place?.parent) return null;
  const { parent, index } = place;
  const { text } = reading;
  const [from, to] = span(parent);
  const count = parent.items.length;
  const spanOf = (at: number): readonly [number, number] => {
    const item = parent.items[at];
    if (!isMap(parent)) return span(item as Node);
    const pair = item as Pair;
    return [span(pair.key as Node)[0], endOfPair(pair)];
  };
  if (place.inFlow || isFlow(parent)) {
    if (count === 1) return { from, to, text: isMap(parent) ? "{}" : "[]" };
    if (index + 1 < count) return { from: spanOf(index)[0], to: spanOf(index + 1)[0], text: "" };
    return { from: spanOf(index - 1)[1], to: spanOf(index)[1], text: "" };
  }
  if (count === 1) return emptied(text, path, reading, parent);
  const [start, end] = spanOf(index);
  const head = isMap(parent) ? start : dashBefore(text, start);
  if (head === null) return null;
  if (text.slice(lineStart(text, head), head).trim() !== "") {
    const next = spanOf(index + 1)[0];
    return { from: head, to: isMap(parent) ? next : (dashBefore(text, next) ?? next), text: "" };
  }
  return { from: withComments(text, lineStart(text, head)), to: afterLine(text, end), text: "" };
}

function emptied(text: string, path: Path, reading: Reading, parent: YAMLMap | YAMLSeq): Splice | null {
  const replaced = replaceValue(reading, path.slice(0, -1), isMap(parent) ? {} : []);
  if (replaced && path.length > 1) return replaced;
  const [from, to] = span(parent);
  return { from, to, text: `${isMap(parent) ? "{}" : "[]"}${text[to - 1] === "\n" ? "\n" : ""}` };
}

/** Gives an entry another key. */
export function renameKey(reading: Reading, path: Path, key: string): Splice | null {
  const place = locate(reading.root, path);
  const pair = isMap(place?.parent) ? place.parent.items[place.index] : undefined;
  if (!place || !pair) return null;
  const [from, to] = span(pair.key as Node);
  const inFlow = place.inFlow || isFlow(place.parent);
  return { from, to, text: writeKey(key, { inFlow, json: isJson(reading) }) };
}

function quotesOf(node: Node | null): Quotes {
  if (!isScalar(node)) return "plain";
  if (node.type === "QUOTE_DOUBLE") return "double";
  return node.type === "QUOTE_SINGLE" ? "single" : "plain";
}

function isJson(reading: Reading): boolean {
  const first = isMap(reading.root) && isFlow(reading.root) ? reading.root.items[0]?.key : undefined;
  return isScalar(first) && first.type === "QUOTE_DOUBLE";
}

function endOfPair(pair: Pair): number {
  const value = pair.value as Node | null;
  const end = span(pair.key as Node)[1];
  return value?.range ? Math.max(value.range[1], end) : end;
}

function afterColon(text: string, pair: Pair): number | null {
  const match = /^\s*:/.exec(text.slice(span(pair.key as Node)[1], span(pair.key as Node)[1] + 100));
  return match ? span(pair.key as Node)[1] + match[0].length : null;
}

function dashBefore(text: string, at: number): number | null {
  let here = at - 1;
  while (here >= 0 && (text[here] === " " || text[here] === "\n" || text[here] === "\r")) here -= 1;
  return text[here] === "-" ? here : null;
}

function afterDash(text: string, at: number): number | null {
  const dash = dashBefore(text, at);
  return dash === null ? null : dash + 1;
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : text[end - 1] === "\r" && end > at ? end - 1 : end;
}

function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** Behind the line in which something ends. */
function afterLine(text: string, end: number): number {
  if (end > 0 && text[end - 1] === "\n") return end;
  const at = text.indexOf("\n", end);
  return at < 0 ? text.length : at + 1;
}

function belowLine(text: string, end: number, lines: readonly string[]): Splice {
  const at = afterLine(text, end);
  const glue = at > 0 && text[at - 1] !== "\n" ? "\n" : "";
  return { from: at, to: at, text: `${glue}${lines.join("\n")}${glue ? "" : "\n"}` };
}

/** The start of the comment lines right above a line, or the line itself. */
export function withComments(text: string, start: number): number {
  let here = start;
  while (here > 0) {
    const above = lineStart(text, here - 1);
    if (!/^[ \t]*#/.test(text.slice(above, here))) break;
    here = above;
  }
  return here;
}
