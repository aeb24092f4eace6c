/** What is asked of a layout engine, in the words of elkjs: any object of its class will do, in a worker or not. */
export interface LayoutEngine {
  layout(graph: EngineGraph): Promise<{ children?: EngineNode[] }>;
}

export interface EngineGraph {
  id: string;
  layoutOptions?: Record<string, string>;
  children?: EngineNode[];
  edges?: EngineEdge[];
}

export interface EngineNode {
  id: string;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
}

export interface EngineEdge {
  id: string;
  sources: string[];
  targets: string[];
}

const OPTIONS: Record<string, string> = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.separateConnectedComponents": "false",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.nodePlacement.strategy": "SIMPLE",
  "elk.layered.thoroughness": "3",
};

/** Each node's column, and its rank from above among those of the column. */
export interface Layered {
  readonly column: number;
  readonly rank: number;
}

/** Puts nodes into columns, so that every edge leads to the right and few cross. */
export async function layered(engine: LayoutEngine, keys: readonly string[], edges: readonly (readonly [string, string])[]): Promise<Map<string, Layered>> {
  // All of one size, so that those of a column stand at the same x.
  const children = keys.map((id) => ({ id, width: 100, height: 40 }));
  const laid = await engine.layout({
    id: "root",
    layoutOptions: OPTIONS,
    children,
    edges: edges.map(([from, to], index) => ({ id: `e${index}`, sources: [from], targets: [to] })),
  });
  const nodes = laid.children ?? [];
  const columns = [...new Set(nodes.map((node) => Math.round(node.x ?? 0)))].sort((left, right) => left - right);
  const byHeight = [...nodes].sort((left, right) => (left.y ?? 0) - (right.y ?? 0));
  const ranks = new Map(byHeight.map((node, rank) => [node.id, rank]));
  const numbers = new Map(columns.map((x, column) => [x, column]));
  return new Map(nodes.map((node) => [node.id, { column: numbers.get(Math.round(node.x ?? 0)) ?? 0, rank: ranks.get(node.id) ?? 0 }]));
}
