import type { Graph, GraphEdge, GraphNode } from "../model/graph/graph";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { portsOf, type EdgeKind } from "../model/node";
import { ASIDE, NODE_SIZE } from "../model/layout/sizes";
import type { Json } from "../model/text/value";

/** A place on a card where edges leave it. */
export interface DrawnPort {
  readonly name: string;
  readonly kind: EdgeKind;
  readonly label: string;
  /** The normal path goes on to the right, everything else leaves downward. */
  readonly side: "right" | "bottom";
  /** Pixels from the upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly used: boolean;
}

/** Where what drops from the line leaves the card: the first straight above the card below, which stands a little aside. */
const DROPS = [ASIDE + NODE_SIZE.width / 2, 40, 28, 16];
/** Further ones pass to the left of the first card. */
const dropX = (at: number): number => DROPS[at] ?? 64 + (at * 12) % 72;

const leavesDown = (edge: GraphEdge, line: GraphNode["line"]): boolean => edge.side === "exception" && !edge.returns && line !== "exception";

interface Card {
  readonly width: number;
  readonly height: number;
  /** How low a node stands. */
  readonly yOf: (key: string) => number;
}

/** The ports of a node with their places, told by where their edges lead. */
export function drawnPorts(node: GraphNode, value: Json, edges: readonly GraphEdge[], { width, height, yOf }: Card): DrawnPort[] {
  const ports = node.key === TRIGGER_KEY ? [{ name: "next", kind: "next" as const, label: "" }] : portsOf(value);
  const down = (name: string, kind: EdgeKind): boolean => {
    if (kind === "exception" || kind === "timeout" || kind === "expired") return true;
    const own = edges.filter((edge) => edge.port === name);
    return own.length > 0 && own.every((edge) => leavesDown(edge, node.line));
  };
  const sided = ports.map((port) => ({ ...port, side: down(port.name, port.kind) ? ("bottom" as const) : ("right" as const), used: edges.some((edge) => edge.port === port.name) }));
  const rights = sided.filter((port) => port.side === "right");
  const lowest = (name: string): number => Math.min(Infinity, ...edges.flatMap((edge) => (edge.port === name && edge.to !== null ? yOf(edge.to) : [])));
  const bottoms = sided.filter((port) => port.side === "bottom").sort((left, right) => lowest(left.name) - lowest(right.name) || 0);
  const spread = spreadOf(rights.map(({ name }) => name), edges, node, yOf);
  return sided.map(({ name, kind, label, side, used }) => {
    if (side === "right") return { name, kind, label, side, used, x: width, y: height / 2 + (spread[rights.findIndex((one) => one.name === name)] ?? 0) };
    const at = bottoms.findIndex((one) => one.name === name);
    return { name, kind, label, side, used, x: dropX(at), y: height };
  });
}

/** How far from the middle the ports on the right stand: the one of the line in the middle, so that it stays straight. */
function spreadOf(names: readonly string[], edges: readonly GraphEdge[], node: GraphNode, yOf: Card["yOf"]): number[] {
  const here = yOf(node.key);
  const heightOf = (name: string): number => {
    const own = edges.filter((edge) => edge.port === name && edge.to !== null);
    if (own.some((edge) => edge.main)) return 0;
    const [first] = own;
    return first?.to ? yOf(first.to) - here : Infinity;
  };
  const sorted = [...names].sort((left, right) => heightOf(left) - heightOf(right) || 0);
  const middle = Math.max(0, sorted.findIndex((name) => heightOf(name) >= 0));
  return names.map((name) => Math.max(-28, Math.min(28, (sorted.indexOf(name) - middle) * 14)));
}

/** Edges by the node they leave. */
export function edgesBySource(graph: Graph): ReadonlyMap<string, readonly GraphEdge[]> {
  const found = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) {
    const known = found.get(edge.from);
    if (known) known.push(edge);
    else found.set(edge.from, [edge]);
  }
  return found;
}
