import type { WorkflowDocument } from "../document";
import { graphOf, type Graph, type GraphNode } from "../graph/graph";
import { layered, type LayoutEngine } from "./engine";
import { cellsOf, type Cell } from "./grid";
import type { Position } from "./positions";
import { ASIDE, COLUMN, FRAME, NODE_SIZE, ROW } from "./sizes";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where everything stands after tidying, by the key of the node. Nodes in a body stand relative to their for-each. */
export interface Tidied {
  readonly positions: ReadonlyMap<string, Position>;
  /** Sizes of the frames around bodies. */
  readonly frames: ReadonlyMap<string, Size>;
}

/** Room between cards. */
export interface Gap {
  readonly x: number;
  readonly y: number;
}

const GAP: Gap = { x: COLUMN - NODE_SIZE.width, y: ROW - NODE_SIZE.height };

/** Lays all out anew: the normal path on one line from the left to the right, exceptions below, other ways above. */
export async function tidy(document: WorkflowDocument, engine: LayoutEngine, gap = GAP): Promise<Tidied> {
  const graph = graphOf(document);
  const positions = new Map<string, Position>();
  const frames = new Map<string, Size>();
  const levels = [...new Set(graph.nodes.map((node) => node.parent))];
  // The innermost bodies first: the size of a for-each is that of its body.
  for (const parent of levels.sort((left, right) => depthOf(graph, right) - depthOf(graph, left))) {
    const size = await tidyLevel(graph, parent, engine, gap, positions, frames);
    if (parent !== null) frames.set(parent, size);
  }
  return { positions, frames };
}

function depthOf(graph: Graph, key: string | null): number {
  let depth = 0;
  for (let here = key; here !== null; here = graph.nodes.find((node) => node.key === here)?.parent ?? null) depth += 1;
  return depth;
}

async function tidyLevel(graph: Graph, parent: string | null, engine: LayoutEngine, gap: Gap, positions: Map<string, Position>, frames: ReadonlyMap<string, Size>): Promise<Size> {
  const nodes = graph.nodes.filter((node) => node.parent === parent);
  const keys = new Set(nodes.map((node) => node.key));
  const edges = graph.edges.filter((edge) => keys.has(edge.from) && edge.to !== null && keys.has(edge.to));
  const normal = new Set(nodes.filter((node) => node.line !== "exception").map((node) => node.key));
  const ways = edges.flatMap((edge): (readonly [string, string])[] => (edge.to !== null && normal.has(edge.from) && normal.has(edge.to) ? [[edge.from, edge.to]] : []));
  const cells = cellsOf(nodes, edges, await layered(engine, [...normal], ways));
  return measured(nodes, cells, frames, gap, positions, parent === null ? { x: 0, y: 0 } : { x: FRAME.side, y: FRAME.top });
}

/** From cells to pixels: a column is as wide as the widest in it, a row as high as the highest. */
function measured(nodes: readonly GraphNode[], cells: ReadonlyMap<string, Cell>, frames: ReadonlyMap<string, Size>, gap: Gap, positions: Map<string, Position>, start: Position): Size {
  const sizeOf = (key: string): Size => frames.get(key) ?? NODE_SIZE;
  const widths = new Map<number, number>();
  const heights = new Map<number, number>();
  for (const [key, { column, row, aside }] of cells) {
    widths.set(column, Math.max(widths.get(column) ?? NODE_SIZE.width, sizeOf(key).width + (aside && frames.has(key) ? ASIDE : 0)));
    heights.set(row, Math.max(heights.get(row) ?? NODE_SIZE.height, sizeOf(key).height));
  }
  const lefts = offsets(0, Math.max(0, ...widths.keys()), widths, NODE_SIZE.width, gap.x);
  const [top, bottom] = [Math.min(0, ...heights.keys()), Math.max(0, ...heights.keys())];
  const tops = offsets(top, bottom, heights, NODE_SIZE.height, gap.y);
  // In the workflow's own list the cards of the line stand at 0; in a frame all stands inside of it.
  const zero = start.y === 0 ? (tops.get(0) ?? 0) + ((heights.get(0) ?? NODE_SIZE.height) - NODE_SIZE.height) / 2 : -start.y;
  let [right, low] = [0, 0];
  for (const { key } of nodes) {
    const cell = cells.get(key);
    if (!cell) continue;
    const size = sizeOf(key);
    const slack = ((heights.get(cell.row) ?? size.height) - size.height) / 2;
    const x = start.x + (lefts.get(cell.column) ?? 0) + (cell.aside ? ASIDE : 0);
    const y = (tops.get(cell.row) ?? 0) + (cell.row === 0 ? slack : 0) - zero;
    positions.set(key, { x, y });
    right = Math.max(right, x + size.width);
    low = Math.max(low, y + size.height);
  }
  return { width: right + FRAME.side, height: low + FRAME.bottom };
}

function offsets(from: number, to: number, sizes: ReadonlyMap<number, number>, usual: number, gap: number): Map<number, number> {
  const found = new Map<number, number>();
  let here = 0;
  for (let at = from; at <= to; at += 1) {
    found.set(at, here);
    here += (sizes.get(at) ?? usual) + gap;
  }
  return found;
}
