import { serializeDocument, withField, type WorkflowDocument } from "../document";
import { positionsOf, writtenPosition } from "../layout/positions";
import { nodeIndex, type NodeEntry } from "../node-index";
import { cut } from "../text/cut";
import { read } from "../text/read";
import type { Json } from "../text/value";
import { itemLines } from "../text/write";

/** The nodes as a text that can be pasted into any workflow, or read by a person. */
export function copyNodes(document: WorkflowDocument, keys: readonly string[]): string {
  const index = nodeIndex(document);
  const wanted = new Set(keys);
  const chosen = index.entries.filter((found) => wanted.has(found.key) && !(found.parent !== null && isBelow(index.byKey, found, wanted)));
  if (!chosen.length) return "";
  const text = `nodes:\n${chosen.map((found) => sourceOf(document, found)).join("")}`;
  return serializeDocument(withField({ root: cut(read(text)) }, ["layout"], placesOf(document, chosen)));
}

function isBelow(byKey: ReadonlyMap<string, NodeEntry>, found: NodeEntry, wanted: ReadonlySet<string>): boolean {
  for (let key = found.parent; key !== null; key = byKey.get(key)?.parent ?? null) if (wanted.has(key)) return true;
  return false;
}

/** A node as it is written, with its comments, at the indentation of two. */
export function sourceOf(document: WorkflowDocument, found: NodeEntry): string {
  const written = `${itemLines(found.node, 2).join("\n")}\n`;
  if (found.parent !== null || document.root.kind !== "branch") return written;
  const list = document.root.children.find((child) => child.key === "nodes");
  const piece = list?.kind === "branch" ? list.children[found.index] : undefined;
  if (list?.kind !== "branch" || piece?.kind !== "leaf") return written;
  const shift = " ".repeat(Math.max(0, 2 - list.indent));
  const extra = Math.max(0, list.indent - 2);
  const lines = piece.text.replaceAll("\r\n", "\n").replace(/\n*$/, "").split("\n");
  return `${lines.map((line) => (line.trim() === "" ? "" : shift + line.slice(Math.min(extra, line.length - line.trimStart().length)))).join("\n")}\n`;
}

function placesOf(document: WorkflowDocument, chosen: readonly NodeEntry[]): Json | undefined {
  const positions = positionsOf(document);
  const placed = chosen.flatMap(({ id }) => {
    const position = id === null ? undefined : positions.get(id);
    return id !== null && position ? [[id, writtenPosition(position)]] : [];
  });
  return placed.length ? { nodes: Object.fromEntries(placed) as Json } : undefined;
}
