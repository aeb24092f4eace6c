import { equal, type Json } from "../text/value";
import type { GraphEdge, GraphNode } from "./graph";

const nodes = new WeakMap<object, GraphNode>();
const edges = new WeakMap<object, readonly GraphEdge[]>();

/** The node of before where nothing about it is different: who draws it need not look again. */
export function sharedNode(value: Json, made: GraphNode): GraphNode {
  if (typeof value !== "object" || value === null) return made;
  const known = nodes.get(value);
  if (known && sameNode(known, made)) return known;
  nodes.set(value, made);
  return made;
}

/** The edges of before where none is different. */
export function sharedEdges(value: Json, made: readonly GraphEdge[]): readonly GraphEdge[] {
  if (typeof value !== "object" || value === null) return made;
  const known = edges.get(value);
  if (known && known.length === made.length && made.every((edge, index) => sameEdge(known[index], edge))) return known;
  edges.set(value, made);
  return made;
}

function sameNode(left: GraphNode, right: GraphNode): boolean {
  return (
    left.key === right.key &&
    left.line === right.line &&
    left.parent === right.parent &&
    left.title === right.title &&
    left.position?.x === right.position?.x &&
    left.position?.y === right.position?.y &&
    samePath(left.path, right.path) &&
    left.answers.owner === right.answers.owner &&
    left.answers.due === right.answers.due &&
    left.answers.ownerFrom === right.answers.ownerFrom &&
    left.answers.dueFrom === right.answers.dueFrom &&
    (left.gate === right.gate || equal(left.gate, right.gate))
  );
}

function sameEdge(left: GraphEdge | undefined, right: GraphEdge): boolean {
  return (
    left !== undefined &&
    left.key === right.key &&
    left.to === right.to &&
    left.side === right.side &&
    left.main === right.main &&
    left.returns === right.returns &&
    samePath(left.path, right.path)
  );
}

function samePath(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((step, index) => step === right[index]);
}
