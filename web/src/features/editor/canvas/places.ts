import { graphOf } from "../model/graph/graph";
import type { WorkflowDocument } from "../model/document";
import { missingPlaces } from "../model/layout/missing";
import { positionsOf, type Position } from "../model/layout/positions";
import { QUICK_ENGINE } from "../model/layout/quick-engine";
import { tidy, type Gap } from "../model/layout/tidy";

/** Where every node stands: as it is written, and where nothing is written as the line wants it. */
export async function placesOf(document: WorkflowDocument, gap?: Gap): Promise<ReadonlyMap<string, Position>> {
  if (positionsOf(document).size === 0) return (await tidy(document, QUICK_ENGINE, gap)).positions;
  const places = new Map<string, Position>();
  for (const node of graphOf(document).nodes) if (node.position) places.set(node.key, node.position);
  for (const [key, position] of missingPlaces(document)) places.set(key, position);
  return places;
}

/** Is anything put anywhere by hand? Then moving one node leaves the others where they stand. */
export const isPlaced = (document: WorkflowDocument): boolean => positionsOf(document).size > 0;
