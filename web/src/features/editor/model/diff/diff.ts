import type { WorkflowDocument } from "../document";
import { documentValue } from "../document";
import { graphOf, type Graph, type GraphEdge } from "../graph/graph";
import { nodeIndex, type NodeEntry } from "../node-index";
import { definedKeys, entry, equal, isList, isMap, type Json, type Path } from "../text/value";

/** A field that differs. Nothing on one side means that it is not there. */
export interface FieldChange {
  readonly path: Path;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

export type NodeFate = "added" | "removed" | "changed" | "same";

/** A node in two versions. */
export interface NodeDiff {
  readonly fate: NodeFate;
  /** The keys on both sides; they differ where the id was changed. */
  readonly before: string | null;
  readonly after: string | null;
  readonly renamed: boolean;
  /** What it does, without where it leads. */
  readonly fields: readonly FieldChange[];
  /** It stands elsewhere in the list or in another body. */
  readonly moved: boolean;
}

export type EdgeFate = "added" | "removed" | "moved";

/** An edge that differs: one port of a node, and where it leads. */
export interface EdgeDiff {
  readonly fate: EdgeFate;
  /** The node as it is called after, or before where it is gone. */
  readonly from: string;
  readonly port: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Everything in which two versions differ. Positions on the canvas are told apart from what runs. */
export interface WorkflowDiff {
  readonly nodes: readonly NodeDiff[];
  readonly edges: readonly EdgeDiff[];
  /** Trigger, owner, exceptions, log, review and all else beside the nodes. */
  readonly fields: readonly FieldChange[];
  /** Notes and layout: nothing that runs. */
  readonly canvas: readonly FieldChange[];
  readonly counts: { readonly added: number; readonly removed: number; readonly changed: number; readonly edges: number; readonly fields: number };
}

/** Keys of a node that are edges, or that its own body has. */
const EDGE_KEYS = new Set(["next", "on_exception", "do", "id"]);
const CANVAS_KEYS = new Set(["notes", "layout"]);

export function diffDocuments(before: WorkflowDocument, after: WorkflowDocument): WorkflowDiff {
  const pairs = paired(before, after);
  const nodes = pairs.map((pair) => nodeDiff(pair, pairs));
  const edges = edgeDiffs(graphOf(before), graphOf(after), pairs);
  const top = topFields(before, after);
  const fields = top.filter((change) => !CANVAS_KEYS.has(String(change.path[0])));
  const canvas = top.filter((change) => CANVAS_KEYS.has(String(change.path[0])));
  const count = (fate: NodeFate): number => nodes.filter((node) => node.fate === fate).length;
  return { nodes, edges, fields, canvas, counts: { added: count("added"), removed: count("removed"), changed: count("changed"), edges: edges.length, fields: fields.length } };
}

interface Pair {
  readonly before: NodeEntry | null;
  readonly after: NodeEntry | null;
}

/** Nodes with the same id, and those that only were given another. */
function paired(before: WorkflowDocument, after: WorkflowDocument): Pair[] {
  const [old, now] = [nodeIndex(before), nodeIndex(after)];
  const gone = old.entries.filter(({ key }) => !now.byKey.has(key));
  const pairs = now.entries.map((entry): Pair => {
    const same = old.byKey.get(entry.key);
    if (same) return { before: same, after: entry };
    const at = gone.findIndex((candidate) => isRenamed(candidate, entry));
    return { before: at < 0 ? null : (gone.splice(at, 1)[0] ?? null), after: entry };
  });
  return [...pairs, ...gone.map((entry): Pair => ({ before: entry, after: null }))];
}

/** The same work under another id: what it does is equal, and there is enough of it to tell. */
function isRenamed(before: NodeEntry, after: NodeEntry): boolean {
  const [left, right] = [work(before.node), work(after.node)];
  return isMap(left) && definedKeys(left).length > 0 && JSON.stringify(left).length > 24 && equal(left, right);
}

function work(node: Json): Json {
  if (!isMap(node)) return node;
  const kept = definedKeys(node).filter((key) => !EDGE_KEYS.has(key));
  return Object.fromEntries(kept.map((key) => [key, key === "switch" ? withoutTargets(node[key] ?? null) : node[key]]));
}

/** The cases of a switch, their conditions only: where they lead are edges. */
function withoutTargets(cases: Json): Json {
  if (!isList(cases)) return cases;
  return cases.map((one) => (isMap(one) ? Object.fromEntries(definedKeys(one).filter((key) => key !== "next").map((key) => [key, one[key]])) : one));
}

function nodeDiff({ before, after }: Pair, pairs: readonly Pair[]): NodeDiff {
  const fields = before && after ? fieldChanges(work(before.node), work(after.node)) : [];
  const renamed = before !== null && after !== null && before.id !== after.id;
  const moved = before !== null && after !== null && (parentAfter(before, pairs) !== after.parent || jumped(before, after, pairs));
  const fate = !before ? "added" : !after ? "removed" : fields.length || renamed || moved ? "changed" : "same";
  return { fate, before: before?.key ?? null, after: after?.key ?? null, renamed, fields, moved };
}

/** The key after of the for-each that was around the node. */
function parentAfter(before: NodeEntry, pairs: readonly Pair[]): string | null {
  if (before.parent === null) return null;
  return pairs.find((pair) => pair.before?.key === before.parent)?.after?.key ?? before.parent;
}

/** Only the first place of a list means something: there the run begins. */
function jumped(before: NodeEntry, after: NodeEntry, pairs: readonly Pair[]): boolean {
  if ((before.index === 0) === (after.index === 0)) return false;
  // A node that became the first because the one before it went did not move.
  const firstBefore = pairs.find((pair) => pair.before?.index === 0 && pair.before.parent === before.parent);
  const firstAfter = pairs.find((pair) => pair.after?.index === 0 && pair.after.parent === after.parent);
  return firstBefore?.after !== null && firstAfter?.before !== null;
}

/** Fields that differ, as deep as both sides are mappings or lists of the same length. */
export function fieldChanges(before: Json | undefined, after: Json | undefined, path: Path = []): FieldChange[] {
  if (equal(before, after)) return [];
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...definedKeys(before), ...definedKeys(after)])];
    return keys.flatMap((key) => fieldChanges(entry(before, key), entry(after, key), [...path, key]));
  }
  if (isList(before) && isList(after) && before.length === after.length) {
    return before.flatMap((item, index) => fieldChanges(item, after[index], [...path, index]));
  }
  return [{ path, before, after }];
}

function topFields(before: WorkflowDocument, after: WorkflowDocument): FieldChange[] {
  const [old, now] = [documentValue(before), documentValue(after)];
  const keys = [...new Set([...definedKeys(old), ...definedKeys(now)])].filter((key) => key !== "nodes");
  return keys.flatMap((key) => fieldChanges(entry(old, key), entry(now, key), [key]));
}

/** By node and port: where edges lead that did not lead there before. */
function edgeDiffs(before: Graph, after: Graph, pairs: readonly Pair[]): EdgeDiff[] {
  const names = new Map(pairs.flatMap(({ before: old, after: now }) => (old && now ? [[old.key, now.key] as const] : [])));
  const named = (key: string): string => names.get(key) ?? key;
  const old = byPort(before.edges, (edge) => [`${named(edge.from)} ${edge.port}`, edge.to === null ? edge.target : named(edge.to)]);
  const now = byPort(after.edges, (edge) => [`${edge.from} ${edge.port}`, edge.to ?? edge.target]);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((place) => {
    const [left, right] = [old.get(place) ?? [], now.get(place) ?? []];
    const gone = left.filter((to) => !right.includes(to));
    const came = right.filter((to) => !left.includes(to));
    const [from = "", port = ""] = place.split(" ");
    return Array.from({ length: Math.max(gone.length, came.length) }, (_, index): EdgeDiff => {
      const [was, is] = [gone[index] ?? null, came[index] ?? null];
      return { fate: was === null ? "added" : is === null ? "removed" : "moved", from, port, before: was, after: is };
    });
  });
}

function byPort(edges: readonly GraphEdge[], name: (edge: GraphEdge) => [string, string]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const edge of edges) {
    const [place, to] = name(edge);
    found.set(place, [...(found.get(place) ?? []), to]);
  }
  return found;
}
