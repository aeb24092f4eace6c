import { isMap, isSeq, visit, type Node, type Pair } from "yaml";

import type { Branch, Leaf, Piece } from "./piece";
import { isFlow, keyText, read, span, type Reading } from "./read";
import { lineStart, withComments } from "./splice";
import { valueAt, type Json, type Path } from "./value";

/** Collections that are cut at their entries: what grows with the number of nodes. */
export const CUT: readonly string[] = ["", "nodes", "layout", "layout/nodes"];

/** What an anchor, an alias or a tag begins like: without any there is nothing to look for. */
const MAY_REFER = /(?:^|[\s,[{])(?:[&*]\w|![\w!<])/m;

/** The whole text as pieces. */
export function cut(reading: Reading): Piece {
  const { text, value } = reading;
  const whole: Leaf = { kind: "leaf", key: null, text, value, at: [] };
  if (!isMap(reading.root) || isFlow(reading.root)) return whole;
  if (MAY_REFER.test(text) && hasReferences(reading.root)) return whole;
  return cutNode(reading, reading.root, 0, text.length, { name: "", key: null, at: [], value }) ?? whole;
}

interface Around {
  /** Keys from the root, joined by slashes. */
  readonly name: string;
  readonly key: string | null;
  readonly at: Path;
  readonly value: Json;
}

function cutNode(reading: Reading, node: Node | null, from: number, to: number, around: Around): Branch | null {
  if (!CUT.includes(around.name) || !(isMap(node) || isSeq(node)) || isFlow(node) || !node.items.length) return null;
  const { text } = reading;
  const starts = node.items.map((item) => startOf(text, item as Node | Pair));
  const [first] = starts;
  if (first === undefined || starts.includes(-1)) return null;
  const cuts = starts.map((start, index) => (index === 0 ? Math.max(from, lineStart(text, start)) : withComments(text, lineStart(text, start))));
  // Comments above the first entry of the text are about the whole.
  if (around.name !== "" && cuts[0] !== undefined) cuts[0] = Math.max(withComments(text, cuts[0]), lineAfter(text, from));
  if (cuts.some((at, index) => at < (cuts[index - 1] ?? from))) return null;
  const shape = isMap(node) ? "map" : "list";
  const children = node.items.map((item, index): Piece => {
    const [start, end] = [cuts[index] ?? from, cuts[index + 1] ?? to];
    const key = shape === "map" ? keyText(item as Pair) : null;
    const value = valueAt(around.value, [key ?? index]) ?? null;
    const name = around.name ? `${around.name}/${key ?? ""}` : (key ?? "");
    const inner = (shape === "map" ? (item as Pair).value : item) as Node | null;
    const at = [key ?? 0];
    const below = key === null ? null : cutNode(reading, inner, start, end, { name, key, at, value });
    return below ?? { kind: "leaf", key, text: text.slice(start, end), value, at };
  });
  return { kind: "branch", key: around.key, shape, head: text.slice(from, cuts[0]), children, indent: first - lineStart(text, first) };
}

/** Where the entry's key or the item's dash stands; -1 where it does not begin its line. */
function startOf(text: string, item: Node | Pair | null): number {
  if (item === null) return -1;
  const isPair = !("range" in item);
  let at = isPair ? span((item as Pair).key as Node)[0] : span(item)[0];
  if (!isPair) {
    at -= 1;
    while (at >= 0 && " \r\n".includes(text[at] ?? "")) at -= 1;
    if (text[at] !== "-") return -1;
  }
  const before = text.slice(lineStart(text, at), at);
  return before.trim() === "" && !before.includes("\t") ? at : -1;
}

function lineAfter(text: string, at: number): number {
  // The key's own line, and the comments above it that came along.
  let here = at;
  while (/^[ \t]*(#.*)?\r?\n/.test(text.slice(here, here + 400))) here = text.indexOf("\n", here) + 1;
  const end = text.indexOf("\n", here);
  return end < 0 ? text.length : end + 1;
}

/** Anchors, aliases and tags reach over the pieces; the server refuses them, the editor still shows them. */
function hasReferences(root: Node): boolean {
  let found = false;
  visit(root, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
    Node: (_, node) => {
      if (!("anchor" in node && node.anchor) && !node.tag?.startsWith("!")) return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** A piece after its text became another: cut anew where it can be. */
export function recut(text: string, key: string | null, at: Path, name: string): Piece {
  const reading = read(text);
  const value = valueAt(reading.value, at) ?? null;
  const leaf: Leaf = { kind: "leaf", key, text, value, at };
  if (name === "" && at.length === 0) return cut(reading);
  if (!CUT.includes(name) || !isMap(reading.root)) return leaf;
  const pair = reading.root.items.find((pair) => keyText(pair) === key);
  return cutNode(reading, pair?.value ?? null, 0, text.length, { name, key, at, value }) ?? leaf;
}
