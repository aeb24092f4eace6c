import type { WorkflowDocument } from "../document";
import { graphOf, TRIGGER_KEY } from "../graph/graph";
import { findNode, noSuchNode, replaceNode } from "./list";
import { done, refused, type Outcome } from "./outcome";
import { retargeted } from "./retarget";

/** Takes an edge away; the nodes stay. */
export function disconnect(document: WorkflowDocument, edgeKey: string): Outcome {
  const edge = graphOf(document).edges.find((candidate) => candidate.key === edgeKey);
  if (!edge) return refused("This edge is not there any more");
  if (edge.from === TRIGGER_KEY) return refused("A run has to begin somewhere: lead the trigger to another step instead");
  const source = findNode(document, edge.from);
  if (!source) return noSuchNode(edge.from);
  const node = retargeted(source.node, (id, port) => (id === edge.target && port === edge.port ? [] : [id]));
  return done(replaceNode(document, source.path, node), "Disconnect");
}
