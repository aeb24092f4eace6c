import type { WorkflowDocument } from "../document";
import { findEdge, TRIGGER_KEY } from "../graph/edge-key";
import { replaceNode } from "./list";
import { done, refused, type Outcome } from "./outcome";
import { retargeted } from "./retarget";

/** Takes an edge away; the nodes stay. */
export function disconnect(document: WorkflowDocument, edgeKey: string): Outcome {
  if (edgeKey.startsWith(TRIGGER_KEY)) return refused("A run has to begin somewhere: lead the trigger to another step instead");
  const edge = findEdge(document, edgeKey);
  if (!edge) return refused("This edge is not there any more");
  const { source, target } = edge;
  const node = retargeted(source.node, (id, port) => (id === target.to && port === target.port ? [] : [id]));
  return done(replaceNode(document, source.path, node), "Disconnect");
}
