import type { GraphEdge } from "../model/graph/graph";
import type { Position } from "../model/layout/positions";
import { NODE_SIZE } from "../model/layout/sizes";
import type { DrawnPort } from "./ports";

/** The side of a card on which an edge ends: its left, its top, or low on it. */
export type Arrival = "in" | "top" | "low";

/** Where an edge arrives: from the left along a line, from above where it drops, from below where it comes back. */
export function arrivalOf(edge: GraphEdge, from: { readonly at: Position; readonly ports: readonly DrawnPort[] }, to: Position): Arrival {
  if (edge.returns) return "low";
  if (edge.side === "normal") return "in";
  const port = from.ports.find((one) => one.name === edge.port);
  if (port?.side !== "bottom" || to.y <= from.at.y) return "in";
  const leaves = from.at.x + port.x;
  const straight = Math.abs(to.x + NODE_SIZE.width / 2 - leaves) < NODE_SIZE.width / 4;
  return straight || leaves > to.x - 8 ? "top" : "in";
}
