import { changeDocument, fieldAt, withField, type WorkflowDocument } from "../document";
import { TRIGGER_KEY } from "../graph/edge-key";
import { nodeIndex, triggerId } from "../node-index";
import { entryLines } from "../text/write";
import { isMap, type Json, type JsonMap } from "../text/value";
import { positionsOf, writtenPosition, type Position } from "./positions";
import { COLUMN, NODE_SIZE, ROW } from "./sizes";

/** Where a new node goes: beside another, below it, or to a point. */
export type Near = { readonly beside: string; readonly below: boolean } | { readonly at: Position };

/** The document with a place for a new node, where the others have places. Nothing else moves. */
export function placeNear(document: WorkflowDocument, id: string, near: Near): WorkflowDocument {
  const positions = positionsOf(document);
  if ("at" in near) return withPositions(document, new Map([[id, near.at]]));
  if (!positions.size) return document;
  const key = near.beside === TRIGGER_KEY ? triggerId(document) : nodeIndex(document).byKey.get(near.beside)?.id;
  const start = positions.get(key ?? "");
  if (!start) return document;
  const wish = near.below ? { x: start.x, y: start.y + ROW } : { x: start.x + COLUMN, y: start.y };
  return withPositions(document, new Map([[id, freePlace(positions, wish)]]));
}

/** The nearest place below the wish where no node stands. */
export function freePlace(taken: ReadonlyMap<string, Position>, wish: Position): Position {
  let place = wish;
  const overlaps = (): boolean =>
    [...taken.values()].some((other) => Math.abs(other.x - place.x) < NODE_SIZE.width && Math.abs(other.y - place.y) < NODE_SIZE.height);
  while (overlaps()) place = { x: place.x, y: place.y + ROW };
  return place;
}

/** Places for what was pasted: as it stood before, with the upper left corner at the point. */
export function placeAll(document: WorkflowDocument, arranged: ReadonlyMap<string, Position>, at: Position | undefined, ids: readonly string[]): WorkflowDocument {
  if (!at && !positionsOf(document).size) return document;
  const places = [...arranged.values()];
  const corner = { x: Math.min(...places.map(({ x }) => x)), y: Math.min(...places.map(({ y }) => y)) };
  const lowest = Math.max(0, ...[...positionsOf(document).values()].map(({ y }) => y + ROW));
  const start = at ?? (places.length ? { x: corner.x + COLUMN / 4, y: corner.y + ROW / 2 } : { x: 0, y: lowest });
  const placed = new Map<string, Position>();
  ids.forEach((id, index) => {
    const before = arranged.get(id);
    const wish = before ? { x: start.x + before.x - corner.x, y: start.y + before.y - corner.y } : { x: start.x + index * COLUMN, y: start.y };
    if (!id.startsWith("/")) placed.set(id, wish);
  });
  return withPositions(document, placed);
}

/** The document with these places written: only the lines of nodes that moved change. */
export function withPositions(document: WorkflowDocument, positions: ReadonlyMap<string, Position>): WorkflowDocument {
  const before = positionsOf(document);
  const moved = [...positions].filter(([id, { x, y }]) => {
    const old = before.get(id);
    return old?.x !== Math.round(x) || old.y !== Math.round(y);
  });
  if (!moved.length) return document;
  if (!isMap(fieldAt(document, ["layout", "nodes"]))) {
    const nodes: Json = Object.fromEntries(moved.map(([id, position]) => [id, writtenPosition(position)]));
    return withField(document, ["layout"], { ...layoutOf(document), nodes });
  }
  if (moved.length > 20) return manyWritten(document, new Map(moved));
  return moved.reduce((next, [id, position]) => withPosition(next, id, position), document);
}

function layoutOf(document: WorkflowDocument): JsonMap {
  const layout = fieldAt(document, ["layout"]);
  return isMap(layout) ? layout : {};
}

function withPosition(document: WorkflowDocument, id: string, position: Position): WorkflowDocument {
  const now = fieldAt(document, ["layout", "nodes", id]);
  const kept = isMap(now) ? now : {};
  return withField(document, ["layout", "nodes", id], { ...kept, ...(writtenPosition(position) as JsonMap) });
}

/** A tidied canvas: entries that hold nothing but a place are written as one line each, without reading the others. */
function manyWritten(document: WorkflowDocument, moved: ReadonlyMap<string, Position>): WorkflowDocument {
  const root = document.root;
  const at = root.kind === "branch" ? root.children.findIndex((child) => child.key === "layout") : -1;
  const layout = root.kind === "branch" ? root.children[at] : undefined;
  const inner = layout?.kind === "branch" ? layout.children.findIndex((child) => child.key === "nodes") : -1;
  const nodes = layout?.kind === "branch" ? layout.children[inner] : undefined;
  if (root.kind !== "branch" || layout?.kind !== "branch" || nodes?.kind !== "branch") {
    return [...moved].reduce((next, [id, position]) => withPosition(next, id, position), document);
  }
  const left = new Map(moved);
  const children = nodes.children.map((child) => {
    const position = left.get(child.key ?? "");
    if (child.kind !== "leaf" || child.key === null || !position) return child;
    const value = writtenPosition(position);
    if (!/^ *[\w-]+: *\{[^#{}\n]*\} *\r?\n$/.test(child.text) || Object.keys((child.value ?? {}) as object).length !== 2) return child;
    left.delete(child.key);
    const eol = child.text.endsWith("\r\n") ? "\r\n" : "\n";
    return { ...child, value, text: entryLines(child.key, value, nodes.indent).join(eol) + eol };
  });
  const next = { root: { ...root, children: root.children.with(at, { ...layout, children: layout.children.with(inner, { ...nodes, children }) }) } };
  const changes = [...left].map(([id, position]) => ({ kind: "set", path: ["layout", "nodes", id], value: writtenPosition(position) }) as const);
  return changeDocument(next, changes);
}
