import { documentValue, type WorkflowDocument } from "./document";
import { nodeIndex, type NodeEntry } from "./node-index";
import { childIndex, pieceText, type Leaf } from "./text/piece";
import { locate, read, span } from "./text/read";
import { pathOf, type Path } from "./text/value";

/** A stretch of the text. */
export interface TextPlace {
  readonly from: number;
  readonly to: number;
  /** From 1. */
  readonly line: number;
}

/** A piece on the way to a path: how far into the text it begins, and what of the path is left. */
interface Reached {
  readonly leaf: Leaf;
  readonly start: number;
  readonly rest: Path;
}

/** Where the value at a path is written; the nearest one around it, where nothing is written there. */
export function placeInText(document: WorkflowDocument, path: Path): TextPlace | null {
  const reached = reach(document, path);
  if (!reached) return null;
  const { leaf, start } = reached;
  const reading = read(leaf.text);
  let rest = [...leaf.at, ...reached.rest];
  let place = locate(reading.root, rest);
  while ((!place || !place.node?.range) && rest.length > leaf.at.length) {
    rest = rest.slice(0, -1);
    place = locate(reading.root, rest);
  }
  const [from, to] = place?.node ? span(place.node) : [0, leaf.text.length];
  return { from: start + from, to: start + to, line: lineOf(document, start + from) };
}

function reach(document: WorkflowDocument, path: Path): Reached | null {
  let piece = document.root;
  let start = 0;
  let rest = path;
  while (piece.kind === "branch") {
    const [step] = rest;
    const index = step === undefined ? 0 : childIndex(piece, step);
    const child = piece.children[index];
    if (!child) return null;
    start += piece.head.length;
    for (const before of piece.children.slice(0, index)) start += pieceText(before).length;
    piece = child;
    rest = rest.slice(1);
  }
  return { leaf: piece, start, rest };
}

function lineOf(document: WorkflowDocument, offset: number): number {
  return pieceText(document.root).slice(0, offset).split("\n").length;
}

/** The node in whose text the offset lies, the innermost one: what to choose when the cursor stands there. */
export function nodeAtOffset(document: WorkflowDocument, offset: number): NodeEntry | null {
  const outer = topNodeAt(document, offset);
  const candidates = nodeIndex(document).entries.filter((entry) => outer === null || entry === outer || isInside(outer, entry));
  // Bodies come behind what is around them: the last one that holds the offset is the innermost.
  return candidates.reduce<NodeEntry | null>((found, entry) => {
    const place = placeInText(document, entry.path);
    return place && place.from <= offset && offset < place.to ? entry : found;
  }, outer);
}

/** The node of the workflow's own list, told by where its piece stands; nothing where the text is not cut. */
function topNodeAt(document: WorkflowDocument, offset: number): NodeEntry | null {
  if (document.root.kind !== "branch") return null;
  const list = document.root.children.find((child) => child.key === "nodes");
  if (list?.kind !== "branch") return null;
  let here = reach(document, ["nodes", 0])?.start ?? 0;
  for (const [index, child] of list.children.entries()) {
    const end = here + pieceText(child).length;
    if (here <= offset && offset < end) return nodeIndex(document).levels.get(null)?.[index] ?? null;
    here = end;
  }
  return null;
}

function isInside(outer: NodeEntry, inner: NodeEntry): boolean {
  return inner.path.length > outer.path.length && outer.path.every((step, at) => step === inner.path[at]);
}

/** What the server's check points at: a node and the field in it, or a field of the workflow. */
export interface PointedAt {
  readonly key: string | null;
  /** Below the node, or below the workflow. */
  readonly path: Path;
}

/** Reads the JSON Pointer of a problem: `/nodes/3/with/id`. */
export function pointedAt(document: WorkflowDocument, pointer: string): PointedAt {
  const path = pathOf(pointer, documentValue(document));
  let best: NodeEntry | null = null;
  for (const entry of nodeIndex(document).entries) {
    if (entry.path.length <= path.length && entry.path.every((step, at) => step === path[at])) best = entry;
  }
  return best ? { key: best.key, path: path.slice(best.path.length) } : { key: null, path };
}
