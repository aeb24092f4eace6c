import type { Graph, GraphEdge } from "./graph/graph";

/** What is chosen on the canvas. */
export interface Selection {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
}

export const NOTHING: Selection = { nodes: [], edges: [] };

export function selectNodes(keys: readonly string[]): Selection {
  return { nodes: [...new Set(keys)], edges: [] };
}

/** With the key held: adds what is not chosen, lets go of what is. */
export function toggleNode(selection: Selection, key: string): Selection {
  const nodes = selection.nodes.includes(key) ? selection.nodes.filter((other) => other !== key) : [...selection.nodes, key];
  return { ...selection, nodes };
}

export function toggleEdge(selection: Selection, key: string): Selection {
  const edges = selection.edges.includes(key) ? selection.edges.filter((other) => other !== key) : [...selection.edges, key];
  return { ...selection, edges };
}

export function selectAll(graph: Graph): Selection {
  return { nodes: graph.nodes.filter((node) => node.kind !== "trigger").map((node) => node.key), edges: [] };
}

/** The node and everything that can come after it. */
export function selectOnward(graph: Graph, key: string): Selection {
  const open = [key];
  const found = new Set(open);
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    for (const edge of graph.edges) {
      if (edge.from !== here || edge.to === null || found.has(edge.to)) continue;
      found.add(edge.to);
      open.push(edge.to);
    }
  }
  return selectNodes([...found]);
}

/** Without what is not there any more. */
export function kept(selection: Selection, graph: Graph): Selection {
  const nodes = new Set(graph.nodes.map((node) => node.key));
  const edges = new Set(graph.edges.map((edge) => edge.key));
  const next = { nodes: selection.nodes.filter((key) => nodes.has(key)), edges: selection.edges.filter((key) => edges.has(key)) };
  return next.nodes.length === selection.nodes.length && next.edges.length === selection.edges.length ? selection : next;
}

export type Direction = "forward" | "back" | "next_way" | "previous_way";

/** Where the arrow keys lead: along the line, or to the other ways that leave the same node. */
export function neighbour(graph: Graph, key: string, direction: Direction): string | null {
  const known = (edge: GraphEdge | undefined, end: "from" | "to"): string | null => edge?.[end] ?? null;
  if (direction === "forward") return known(ways(graph, key)[0], "to");
  const into = graph.edges.filter((edge) => edge.to === key);
  const best = into.find((edge) => edge.main) ?? into.find((edge) => edge.side === "normal") ?? into[0];
  if (direction === "back") return known(best, "from");
  if (!best) return null;
  const siblings = ways(graph, best.from).map((edge) => edge.to);
  const at = siblings.indexOf(key) + (direction === "next_way" ? 1 : -1);
  return siblings[at] ?? null;
}

/** The ways out of a node, that along the line first. */
function ways(graph: Graph, key: string): GraphEdge[] {
  const out = graph.edges.filter((edge) => edge.from === key && edge.to !== null);
  const rank = (edge: GraphEdge): number => (edge.main ? 0 : edge.side === "normal" ? 1 : 2);
  return out.sort((left, right) => rank(left) - rank(right));
}
