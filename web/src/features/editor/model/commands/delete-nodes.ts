import { changeDocument, fieldAt, withField, type WorkflowDocument } from "../document";
import { leavesNormalPath } from "../graph/lines";
import { targetsOf } from "../node";
import { nodeIndex, resolve, type NodeEntry, type NodeIndex } from "../node-index";
import { asText, entry, isList, isMap, type Json, shown, without } from "../text/value";
import { replaceNode } from "./list";
import { done, refused, type Outcome } from "./outcome";
import { nameOf, retargeted } from "./retarget";

/** Takes nodes away; what led to them leads to what followed them, where that is one way. */
export function deleteNodes(document: WorkflowDocument, keys: readonly string[]): Outcome {
  const index = nodeIndex(document);
  const gone = new Set(keys.filter((key) => index.byKey.has(key)));
  if (!gone.size) return refused("There is nothing to delete");
  const heirs = heirsOf(index, gone);
  let next = index.entries.reduce((current, found) => (gone.has(found.key) ? current : bridged(current, index, found, heirs)), document);
  next = firstKept(next, index, gone, heirs);
  const places = [...gone].map((key) => nodeIndex(next).byKey.get(key)).filter((found) => found !== undefined);
  const inOrder = places.sort((left, right) => comparePaths(right, left));
  // From the end, so that the places of the others stay.
  next = changeDocument(next, inOrder.filter((found) => !insideOf(found, places)).map((found) => ({ kind: "remove", path: found.path })));
  const ids = [...gone].flatMap((key) => idsBelow(index, key));
  const [only] = gone;
  const name = nameOf(index.byKey.get(only ?? "")?.node ?? null);
  return done(withoutLayout(next, ids), gone.size === 1 ? `Delete “${name}”` : `Delete ${gone.size} steps`, { select: [] });
}

function comparePaths(left: NodeEntry, right: NodeEntry): number {
  for (let at = 0; at < Math.min(left.path.length, right.path.length); at += 1) {
    const [a, b] = [left.path[at], right.path[at]];
    if (typeof a === "number" && typeof b === "number" && a !== b) return a - b;
  }
  return left.path.length - right.path.length;
}

function insideOf(found: NodeEntry, others: readonly NodeEntry[]): boolean {
  return others.some((other) => other !== found && other.path.length < found.path.length && other.path.every((step, at) => step === found.path[at]));
}

/** By the key of a deleted node: the ids that stand in its place. */
function heirsOf(index: NodeIndex, gone: ReadonlySet<string>): Map<string, string[]> {
  const heirs = new Map<string, string[]>();
  const find = (found: NodeEntry, seen: ReadonlySet<string>): string[] => {
    const ways = targetsOf(found.node).filter(({ kind }) => !leavesNormalPath(kind));
    const ids = ways.flatMap(({ to }) => {
      const target = resolve(index, found.parent, to);
      if (!target || !gone.has(target.key)) return [to];
      return seen.has(target.key) ? [] : find(target, new Set([...seen, target.key]));
    });
    const distinct = [...new Set(ids)];
    // Where a switch chooses, nobody knows which way was meant.
    return entry(found.node, "switch") !== undefined && distinct.length > 1 ? [] : distinct;
  };
  for (const key of gone) {
    const found = index.byKey.get(key);
    if (found) heirs.set(key, find(found, new Set([key])));
  }
  return heirs;
}

function bridged(document: WorkflowDocument, index: NodeIndex, found: NodeEntry, heirs: ReadonlyMap<string, readonly string[]>): WorkflowDocument {
  const heirsFor = (id: string): readonly string[] | undefined => heirs.get(resolve(index, found.parent, id)?.key ?? "");
  const from = asText(entry(entry(found.node, "raise"), "retry_from"));
  const touched = targetsOf(found.node).some(({ to }) => heirsFor(to) !== undefined);
  const lost = from !== undefined && heirsFor(from) !== undefined;
  if (!touched && !lost) return document;
  let node = retargeted(found.node, (id, port) => (port === "exception" && heirsFor(id) ? [] : (heirsFor(id) ?? [id])));
  if (lost && isMap(node) && isMap(node["raise"])) {
    node = { ...node, raise: without(node["raise"], "retry_from") };
  }
  // The body is cared for by its own entries.
  return replaceNode(document, found.path, sameBody(node, fieldAt(document, found.path)));
}

function sameBody(node: Json, current: Json | undefined): Json {
  return isMap(node) && isMap(current) && current["do"] !== undefined ? { ...node, do: current["do"] } : node;
}

/** A run begins at the first node: what followed the deleted one moves there. */
function firstKept(document: WorkflowDocument, index: NodeIndex, gone: ReadonlySet<string>, heirs: ReadonlyMap<string, readonly string[]>): WorkflowDocument {
  const first = index.levels.get(null)?.[0];
  if (!first || !gone.has(first.key)) return document;
  const heir = heirs.get(first.key)?.[0];
  const place = heir === undefined ? undefined : resolve(index, null, heir);
  return place ? changeDocument(document, [{ kind: "move", path: ["nodes"], from: place.index, to: 0 }]) : document;
}

function idsBelow(index: NodeIndex, key: string): string[] {
  const found = index.byKey.get(key);
  const below = index.entries.filter((candidate) => candidate.parent === key).flatMap((inner) => idsBelow(index, inner.key));
  return found?.id === null || found === undefined ? below : [found.id, ...below];
}

/** Positions and groups without nodes that are gone. */
function withoutLayout(document: WorkflowDocument, ids: readonly string[]): WorkflowDocument {
  const still = new Set([...nodeIndex(document).entries].map(({ id }) => id));
  const lost = ids.filter((id) => !still.has(id));
  let next = document;
  for (const id of lost) next = withField(next, ["layout", "nodes", id], undefined);
  const groups = fieldAt(next, ["layout", "groups"]);
  if (!isList(groups) || !lost.length) return next;
  const kept = groups.map((group) => {
    const members = entry(group, "nodes");
    return isMap(group) && isList(members) ? { ...group, nodes: members.filter((id) => !lost.includes(shown(id))) } : group;
  });
  return withField(next, ["layout", "groups"], kept);
}
