import { changeDocument, fieldAt, type WorkflowDocument } from "../document";
import { TRIGGER_KEY } from "../graph/edge-key";
import { withPositions } from "../layout/place";
import type { Position } from "../layout/positions";
import { nodeIndex, triggerId } from "../node-index";
import { isMap } from "../text/value";
import { done, refused, type Outcome } from "./outcome";

/** Puts nodes elsewhere on the canvas. Only the lines of what moved change. */
export function moveNodes(document: WorkflowDocument, positions: ReadonlyMap<string, Position>): Outcome {
  const layout = fieldAt(document, ["layout"]);
  if (layout !== undefined && layout !== null && !isMap(layout)) return refused("The layout of this text is in a form that is not known here; it is kept as it is");
  const index = nodeIndex(document);
  const byId = new Map<string, Position>();
  for (const [key, position] of positions) {
    const id = key === TRIGGER_KEY ? triggerId(document) : index.byKey.get(key)?.id;
    if (id !== null && id !== undefined) byId.set(id, position);
  }
  if (!byId.size) return refused("A step without an id cannot be put elsewhere");
  return done(withPositions(document, byId), byId.size === 1 ? "Move a step" : `Move ${byId.size} steps`, { merge: `move:${[...byId.keys()].sort().join(",")}` });
}

/** Forgets where nodes were put: the canvas lays them out by itself. */
export function forgetLayout(document: WorkflowDocument): Outcome {
  if (fieldAt(document, ["layout", "nodes"]) === undefined) return refused("Nothing was put anywhere by hand");
  return done(changeDocument(document, [{ kind: "remove", path: ["layout", "nodes"] }]), "Forget the layout");
}
