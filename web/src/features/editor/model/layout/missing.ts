import type { WorkflowDocument } from "../document";
import { graphOf } from "../graph/graph";
import { freePlace } from "./place";
import type { Position } from "./positions";
import { COLUMN, ROW } from "./sizes";

/** Places for the nodes that have none while others have: beside or below what leads to them. Nothing else moves. */
export function missingPlaces(document: WorkflowDocument): Map<string, Position> {
  const graph = graphOf(document);
  const found = new Map<string, Position>();
  const byLevel = new Map<string | null, Map<string, Position>>();
  for (const node of graph.nodes) {
    const level = byLevel.get(node.parent) ?? new Map<string, Position>();
    byLevel.set(node.parent, level);
    if (node.position) level.set(node.key, node.position);
  }
  for (const node of graph.nodes) {
    if (node.position) continue;
    const level = byLevel.get(node.parent) ?? new Map<string, Position>();
    const source = graph.edges.find((edge) => edge.to === node.key && level.has(edge.from));
    const start = source ? level.get(source.from) : undefined;
    const below = node.line === "exception";
    const lowest = Math.max(-ROW, ...[...level.values()].map(({ y }) => y));
    const wish = start ? { x: start.x + (below ? 0 : COLUMN), y: start.y + (below ? ROW : 0) } : { x: 0, y: level.size ? lowest + ROW : 0 };
    const place = freePlace(level, wish);
    level.set(node.key, place);
    found.set(node.key, place);
  }
  return found;
}
