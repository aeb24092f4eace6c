import { fieldAt, type WorkflowDocument } from "./document";
import { bodyOf, idOf } from "./node";
import { asText, entry, isList, type Json, type Path } from "./text/value";

/** A node and where it stands. */
export interface NodeEntry {
  /** Names the node on the canvas: its id, or its place where it has none of its own. */
  readonly key: string;
  readonly id: string | null;
  readonly node: Json;
  readonly path: Path;
  /** The for-each whose body it is in; none for the workflow's own list. */
  readonly parent: string | null;
  /** Its number in the list. */
  readonly index: number;
}

/** All nodes of a document, those in bodies too, in the order of the text. */
export interface NodeIndex {
  readonly entries: readonly NodeEntry[];
  readonly byKey: ReadonlyMap<string, NodeEntry>;
  /** The nodes that may name each other, by the for-each around them. */
  readonly levels: ReadonlyMap<string | null, readonly NodeEntry[]>;
}

const indexes = new WeakMap<object, NodeIndex>();

export function nodeIndex(document: WorkflowDocument): NodeIndex {
  const known = indexes.get(document.root);
  if (known) return known;
  const built = build(document);
  indexes.set(document.root, built);
  return built;
}

function build(document: WorkflowDocument): NodeIndex {
  const entries: NodeEntry[] = [];
  const byKey = new Map<string, NodeEntry>();
  const levels = new Map<string | null, NodeEntry[]>();
  const walk = (list: readonly Json[], path: Path, parent: string | null): void => {
    const level: NodeEntry[] = [];
    levels.set(parent, level);
    list.forEach((node, index) => {
      const id = idOf(node);
      const place = [...path, index];
      const key = id !== null && !byKey.has(id) ? id : `/${place.join("/")}`;
      const found: NodeEntry = { key, id, node, path: place, parent, index };
      entries.push(found);
      level.push(found);
      byKey.set(key, found);
      const body = bodyOf(node);
      if (body.length) walk(body, [...place, "do"], key);
    });
  };
  const list = fieldAt(document, ["nodes"]);
  walk(isList(list) ? list : [], ["nodes"], null);
  return { entries, byKey, levels };
}

/** The node that a name leads to: one of the same list. */
export function resolve(index: NodeIndex, parent: string | null, id: string): NodeEntry | undefined {
  const found = index.byKey.get(id);
  if (found?.parent === parent && found.id === id) return found;
  return index.levels.get(parent)?.find((entry) => entry.id === id);
}

/** Every id that is taken: the nodes' and the trigger's. */
export function takenIds(document: WorkflowDocument): Set<string> {
  const ids = new Set<string>();
  for (const { id } of nodeIndex(document).entries) if (id !== null) ids.add(id);
  const trigger = triggerId(document);
  if (trigger !== null) ids.add(trigger);
  return ids;
}

export function triggerId(document: WorkflowDocument): string | null {
  return asText(entry(fieldAt(document, ["trigger"]), "id")) ?? null;
}

/** An id like the wish that nobody has: `invoice`, `invoice_2`. */
export function freeId(taken: ReadonlySet<string>, wish: string): string {
  const words = wish
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[^a-z]+|_+$/g, "")
    .slice(0, 56);
  const base = words || "step";
  if (!taken.has(base)) return base;
  const stem = base.replace(/_[0-9]+$/, "");
  let number = 2;
  while (taken.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

export const NODE_ID = /^[a-z][a-z0-9_]{0,63}$/;
