import type { WorkflowDocument } from "../document";
import { positionsOf } from "../layout/positions";
import { nodeIndex } from "../node-index";
import { copyNodes } from "./copy";
import { refused, type Outcome } from "./outcome";
import { paste } from "./paste";

/** How far a copy stands from what it was copied from. */
const OFFSET = 40;

/** Puts the same nodes beside themselves. Exceptions still lead where they led; the normal path is to be drawn. */
export function duplicate(document: WorkflowDocument, keys: readonly string[]): Outcome {
  const index = nodeIndex(document);
  const chosen = keys.map((key) => index.byKey.get(key)).filter((found) => found !== undefined);
  const [first] = chosen;
  if (!first) return refused("There is nothing to duplicate");
  if (chosen.some((found) => found.parent !== first.parent)) return refused("Steps inside and outside of a for-each are duplicated apart");
  const places = chosen.map(({ id }) => positionsOf(document).get(id ?? "")).filter((position) => position !== undefined);
  const corner = places.length ? { x: Math.min(...places.map(({ x }) => x)) + OFFSET, y: Math.min(...places.map(({ y }) => y)) + OFFSET } : undefined;
  const outcome = paste(document, {
    text: copyNodes(document, keys),
    keepExceptionEdges: true,
    ...(corner ? { at: corner } : {}),
    ...(first.parent === null ? {} : { parent: first.parent }),
  });
  if (!outcome.ok) return outcome;
  return { ok: true, edit: { ...outcome.edit, label: keys.length === 1 ? "Duplicate a step" : `Duplicate ${keys.length} steps` } };
}
