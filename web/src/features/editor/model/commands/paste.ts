import { fieldAt, parseDocument, withField, type WorkflowDocument } from "../document";
import { placeAll } from "../layout/place";
import { positionsOf, type Position } from "../layout/positions";
import { bodyOf, kindOf, targetsOf } from "../node";
import { freeId, nodeIndex, takenIds, type NodeEntry } from "../node-index";
import { renamedUses } from "../references";
import { read } from "../text/read";
import { isList, isMap, type Json } from "../text/value";
import { sourceOf } from "./copy";
import { insertNode, listAt, listPathOf, noSuchNode } from "./list";
import { done, refused, type Outcome } from "./outcome";
import { retargeted } from "./retarget";

export interface Paste {
  readonly text: string;
  /** The upper left corner of what is pasted. */
  readonly at?: Position;
  /** The for-each into whose body it goes. */
  readonly parent?: string;
  /** Edges to nodes that are not pasted along: those behind the exception port can stay where the node is there. */
  readonly keepExceptionEdges?: boolean;
}

/** Puts nodes that were copied as text into the document: under free ids, and what they name among themselves follows. */
export function paste(document: WorkflowDocument, args: Paste): Outcome {
  const copied = copiedDocument(args.text);
  const nodes = copied ? (nodeIndex(copied).levels.get(null) ?? []) : [];
  if (!copied || !nodes.length) return refused("The clipboard holds no steps");
  const parent = args.parent ?? null;
  if (parent !== null && !nodeIndex(document).byKey.has(parent)) return noSuchNode(parent);
  const ids = freshIds(document, copied);
  const path = listPathOf(document, parent);
  let next = document;
  const select: string[] = [];
  for (const found of nodes) {
    const at = listAt(next, path).length;
    select.push(ids.get(found.id ?? "") ?? `/${[...path, at].join("/")}`);
    next = insertNode(next, path, at, found.node, isMap(found.node) && found.id !== null ? sourceOf(copied, found) : undefined);
    next = withField(next, [...path, at], adopted(found, ids, document, parent, args.keepExceptionEdges ?? false));
  }
  const placed = placeAll(next, arranged(copied, ids), args.at, select);
  const lost = lostEdges(copied, placed, select);
  const notice = lost > 0 ? { notice: `${lost} ${lost === 1 ? "edge led" : "edges led"} to steps that were not copied along` } : {};
  return done(placed, nodes.length === 1 ? "Paste a step" : `Paste ${nodes.length} steps`, { select, ...notice });
}

/** Nodes from a text: what was copied here, a whole workflow, a list of nodes or a single one. */
function copiedDocument(text: string): WorkflowDocument | null {
  const { value, problems } = read(text);
  if (problems.length) return null;
  const list = isList(value) ? value : isMap(value) && value["nodes"] === undefined && kindOf(value) !== "unknown" ? [value] : null;
  if (list) return list.every(isMap) ? emptyWith(list) : null;
  const parsed = parseDocument(text);
  const nodes = parsed.ok ? fieldAt(parsed.document, ["nodes"]) : undefined;
  return parsed.ok && isList(nodes) && nodes.every(isMap) ? parsed.document : null;
}

function emptyWith(nodes: readonly Json[]): WorkflowDocument | null {
  const parsed = parseDocument("");
  return parsed.ok ? withField(parsed.document, [], { nodes }) : null;
}

/** The new id of each node, bodies included. */
function freshIds(document: WorkflowDocument, copied: WorkflowDocument): Map<string, string> {
  const taken = takenIds(document);
  const ids = new Map<string, string>();
  for (const { id } of nodeIndex(copied).entries) {
    if (id === null || ids.has(id)) continue;
    const fresh = freeId(taken, id);
    taken.add(fresh);
    ids.set(id, fresh);
  }
  return ids;
}

/** The node as one of this document. */
function adopted(found: NodeEntry, ids: ReadonlyMap<string, string>, document: WorkflowDocument, parent: string | null, keepExceptionEdges: boolean): Json {
  const here = nodeIndex(document).levels.get(parent) ?? [];
  const stays = (id: string, port: string): boolean =>
    ids.has(id) || (keepExceptionEdges && port === "exception" && here.some((other) => other.id === id));
  const kept = retargeted(found.node, (id, port) => (stays(id, port) ? [id] : []));
  const renamed = renamedUses(kept, ids);
  return withOwnIds(renamed, ids);
}

function withOwnIds(node: Json, ids: ReadonlyMap<string, string>): Json {
  if (!isMap(node)) return node;
  const id = typeof node["id"] === "string" ? (ids.get(node["id"]) ?? node["id"]) : node["id"];
  const own = id === undefined ? node : { ...node, id };
  return bodyOf(node).length ? { ...own, do: bodyOf(node).map((inner) => withOwnIds(inner, ids)) } : own;
}

function arranged(copied: WorkflowDocument, ids: ReadonlyMap<string, string>): Map<string, Position> {
  return new Map([...positionsOf(copied)].flatMap(([id, position]) => (ids.has(id) ? [[ids.get(id) ?? id, position] as const] : [])));
}

/** Edges that led out of what was copied. */
function lostEdges(before: WorkflowDocument, after: WorkflowDocument, select: readonly string[]): number {
  const count = (document: WorkflowDocument, keys: Iterable<string>): number =>
    [...keys].reduce((sum, key) => sum + targetsOf(nodeIndex(document).byKey.get(key)?.node ?? null).length, 0);
  const top = nodeIndex(before).levels.get(null) ?? [];
  return count(before, top.map(({ key }) => key)) - count(after, select);
}
