import type { GraphEdge, GraphNode } from "../graph/graph";
import type { Layered } from "./engine";

/** A node's column and row: 0 is the centre line, below it the exceptions, above it the other normal ways. */
export interface Cell {
  readonly column: number;
  readonly row: number;
  /** Moved to the right within its column: what drops from the line stands a little aside. */
  readonly aside: boolean;
}

/** Which cells are taken. */
class Taken {
  private readonly cells = new Set<string>();

  take(column: number, row: number): void {
    this.cells.add(`${column} ${row}`);
  }

  free(column: number, row: number, length = 1): boolean {
    for (let at = 0; at < length; at += 1) if (this.cells.has(`${column + at} ${row}`)) return false;
    return true;
  }

  /** The first row in the direction in which so many cells are free. */
  row(column: number, from: number, direction: 1 | -1, length = 1): number {
    let row = from;
    while (!this.free(column, row, length)) row += direction;
    return row;
  }
}

/** The cells of one list of nodes. */
export function cellsOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[], layers: ReadonlyMap<string, Layered>): Map<string, Cell> {
  const taken = new Taken();
  const cells = new Map<string, Cell>();
  const put = (key: string, column: number, row: number, aside: boolean): void => {
    taken.take(column, row);
    cells.set(key, { column, row, aside });
  };
  const main = nodes.filter((node) => node.line === "main");
  for (const { key } of main) put(key, layers.get(key)?.column ?? 0, 0, false);
  placeSides(nodes, edges, layers, taken, cells, put);
  placeExceptions(nodes, edges, taken, cells, put);
  return cells;
}

type Put = (key: string, column: number, row: number, aside: boolean) => void;

/** The other normal ways stand above the line, each in the row of what led to it where that is free. */
function placeSides(nodes: readonly GraphNode[], edges: readonly GraphEdge[], layers: ReadonlyMap<string, Layered>, taken: Taken, cells: ReadonlyMap<string, Cell>, put: Put): void {
  const place = (key: string): Layered => layers.get(key) ?? { column: 0, rank: 0 };
  const sources = sourcesOf(edges);
  const sides = nodes.filter((node) => node.line === "side");
  sides.sort((left, right) => place(left.key).column - place(right.key).column || place(left.key).rank - place(right.key).rank);
  for (const { key } of sides) {
    const from = (sources.get(key) ?? []).flatMap((edge) => cells.get(edge.from) ?? []);
    const wish = Math.min(-1, ...from.filter(({ row }) => row < 0).slice(0, 1).map(({ row }) => row));
    // As near to what leads there as can be, and with the way back to the line free.
    const column = from.length ? Math.max(...from.map((cell) => cell.column)) + 1 : place(key).column;
    const back = Math.max(column, ...edges.flatMap((edge) => (edge.from === key && edge.to !== null ? (cells.get(edge.to)?.column ?? column) - 1 : [])));
    const row = taken.row(column, wish, -1, back - column + 1);
    for (let at = column; at <= back; at += 1) taken.take(at, row);
    put(key, column, row, false);
  }
}

/** Exceptions drop below what they leave. From the right to the left, so that a long path passes below the short ones. */
function placeExceptions(nodes: readonly GraphNode[], edges: readonly GraphEdge[], taken: Taken, cells: ReadonlyMap<string, Cell>, put: Put): void {
  const exceptions = new Set(nodes.filter((node) => node.line === "exception").map((node) => node.key));
  const sources = sourcesOf(edges);
  const followers = new Map<string, string[]>();
  for (const edge of edges) {
    if (edge.to === null || !exceptions.has(edge.from) || !exceptions.has(edge.to)) continue;
    followers.set(edge.from, [...(followers.get(edge.from) ?? []), edge.to]);
  }
  const columnOf = (key: string): number => Math.max(0, ...(sources.get(key) ?? []).flatMap((edge) => cells.get(edge.from)?.column ?? []));
  const isHead = (key: string): boolean => (sources.get(key) ?? []).some((edge) => !exceptions.has(edge.from)) || !sources.get(key)?.length;
  const heads = nodes.filter((node) => exceptions.has(node.key) && isHead(node.key)).map(({ key }) => ({ key, column: columnOf(key) }));
  heads.sort((left, right) => right.column - left.column);
  const placed = new Set<string>();
  const chain = (key: string, column: number, from: number): void => {
    const own = straight(key, followers, placed);
    const row = taken.row(column, from, 1, own.length);
    own.forEach((member, index) => {
      placed.add(member);
      put(member, column + index, row, true);
    });
    own.forEach((member, index) => {
      for (const next of followers.get(member) ?? []) if (!placed.has(next)) chain(next, column + index + 1, row + 1);
    });
  };
  for (const { key, column } of heads) if (!placed.has(key)) chain(key, column, 1);
  for (const key of exceptions) if (!placed.has(key)) chain(key, columnOf(key), 1);
}

/** The way on from a node by the first follower each time. */
function straight(key: string, followers: ReadonlyMap<string, readonly string[]>, placed: ReadonlySet<string>): string[] {
  const found = [key];
  for (let here: string | undefined = key; here !== undefined; ) {
    here = followers.get(here)?.find((next) => !placed.has(next) && !found.includes(next));
    if (here !== undefined) found.push(here);
  }
  return found;
}

function sourcesOf(edges: readonly GraphEdge[]): Map<string, GraphEdge[]> {
  const sources = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    if (edge.to === null) continue;
    const known = sources.get(edge.to);
    if (known) known.push(edge);
    else sources.set(edge.to, [edge]);
  }
  return sources;
}
