import type { WorkflowDocument } from "../document";
import { findEdge, TRIGGER_KEY } from "../graph/edge-key";
import { placeNear } from "../layout/place";
import { portsOf, type NodeKind } from "../node";
import { freeId, takenIds, type NodeEntry } from "../node-index";
import type { Position } from "../layout/positions";
import { definedKeys, isMap, type JsonMap } from "../text/value";
import { NODE_KEYS } from "../words/order";
import { blankNode, endsBranch, wishFor, withFollowers } from "./blank";
import { findNode, insertNode, listAt, listPathOf, noSuchNode, replaceNode } from "./list";
import { done, refused, type Outcome } from "./outcome";
import { listPath, retargeted, targetIds, withTargets } from "./retarget";

/** Where a new node goes. */
export type Spot =
  /** Behind a node; what followed the port follows the new node. */
  | { readonly after: string; readonly port?: string }
  | { readonly onEdge: string }
  | { readonly onException: string }
  /** Alone: nothing leads to it yet. In the body of a for-each, if one is named. */
  | { readonly at: Position; readonly parent?: string }
  /** The first one: the run begins with it. */
  | { readonly first: true };

export interface AddNode {
  readonly kind: NodeKind;
  readonly spot: Spot;
  /** What the palette knows already: `action`, `connection`, `title`. */
  readonly fields?: JsonMap;
}

/** Adds a node. */
export function addNode(document: WorkflowDocument, args: AddNode): Outcome {
  const spot = args.spot;
  if ("first" in spot) return addFirst(document, args);
  if ("at" in spot) return addAlone(document, args, spot.at, spot.parent ?? null);
  if ("onException" in spot) return addBehind(document, args, spot.onException, "exception");
  if ("after" in spot) {
    if (spot.after === TRIGGER_KEY) return addFirst(document, args);
    return addBehind(document, args, spot.after, spot.port ?? "next");
  }
  return addOnEdge(document, args, spot.onEdge);
}

/** The new node and its id. */
function made(document: WorkflowDocument, { kind, fields = {} }: AddNode, followers: readonly string[]): { id: string; node: JsonMap } {
  const id = freeId(takenIds(document), wishFor(kind, fields));
  const node = withFollowers({ id, ...blankNode(kind), ...fields }, kind, followers);
  const rank = (key: string): number => (NODE_KEYS.includes(key) ? NODE_KEYS.indexOf(key) : NODE_KEYS.length);
  const keys = definedKeys(node).sort((left, right) => rank(left) - rank(right));
  return { id, node: Object.fromEntries(keys.map((key) => [key, node[key]])) };
}

function addFirst(document: WorkflowDocument, args: AddNode): Outcome {
  const list = listAt(document, ["nodes"]);
  const first = list[0];
  const before = isMap(first) && typeof first["id"] === "string" ? [first["id"]] : [];
  if (endsBranch(args.kind) && list.length) return refused("An end stands at the end of a branch: nothing can follow it");
  const { id, node } = made(document, args, before);
  return finished(insertNode(document, ["nodes"], 0, node), id, TRIGGER_KEY, false);
}

function addAlone(document: WorkflowDocument, args: AddNode, at: Position, parent: string | null): Outcome {
  if (parent !== null && !findNode(document, parent)) return noSuchNode(parent);
  const path = listPathOf(document, parent);
  const { id, node } = made(document, args, []);
  const next = insertNode(document, path, listAt(document, path).length, node);
  return done(placeNear(next, id, { at }), "Add a step", { select: [id] });
}

function addBehind(document: WorkflowDocument, args: AddNode, key: string, port: string): Outcome {
  const source = findNode(document, key);
  if (!source) return noSuchNode(key);
  const found = portsOf(source.node).find((candidate) => candidate.name === port);
  if (!found) return refused("Nothing can follow this step here");
  const followers = targetIds(source.node, port);
  if (endsBranch(args.kind) && followers.length) return refused("An end stands at the end of a branch: nothing can follow it");
  const { id, node } = made(document, args, followers);
  const led = replaceNode(document, source.path, withTargets(source.node, found.path, port, [id]));
  return inserted(led, source, node, id, port === "exception");
}

function addOnEdge(document: WorkflowDocument, args: AddNode, edgeKey: string): Outcome {
  if (edgeKey.startsWith(TRIGGER_KEY)) return addFirst(document, args);
  const edge = findEdge(document, edgeKey);
  if (!edge) return refused("This edge is not there any more");
  const { source, target } = edge;
  if (endsBranch(args.kind)) return refused("An end stands at the end of a branch: nothing can follow it");
  const { id, node } = made(document, args, [target.to]);
  const led = retargeted(source.node, (to, port) => [to === target.to && port === target.port ? id : to]);
  return inserted(replaceNode(document, source.path, led), source, node, id, target.kind === "exception");
}

function inserted(document: WorkflowDocument, source: NodeEntry, node: JsonMap, id: string, exceptional: boolean): Outcome {
  const path = listPath(source.path);
  const index = exceptional ? listAt(document, path).length : source.index + 1;
  return finished(insertNode(document, path, index, node), id, source.key, exceptional);
}

function finished(document: WorkflowDocument, id: string, beside: string, below: boolean): Outcome {
  return done(placeNear(document, id, { beside, below }), below ? "Add an exception path" : "Add a step", { select: [id] });
}
