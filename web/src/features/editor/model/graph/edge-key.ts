import { targetsOf, type Target } from "../node";
import { nodeIndex, type NodeEntry } from "../node-index";
import type { WorkflowDocument } from "../document";

/** The trigger's place among the nodes of the canvas. */
export const TRIGGER_KEY = "@trigger";

/** Names an edge by the node, the port and its number among all that the node names. */
export function edgeKey(from: string, port: string, number: number): string {
  return `${from}:${port}:${number}`;
}

/** An edge of the text and the node that names it. */
export interface FoundEdge {
  readonly source: NodeEntry;
  readonly target: Target;
}

/** The edge with the key, read from its node alone; that of the trigger is none, for it is written nowhere. */
export function findEdge(document: WorkflowDocument, key: string): FoundEdge | null {
  const source = nodeIndex(document).byKey.get(key.slice(0, key.indexOf(":")));
  const target = source ? targetsOf(source.node)[Number(key.slice(key.lastIndexOf(":") + 1))] : undefined;
  if (!source || !target) return null;
  return key === edgeKey(source.key, target.port, targetsOf(source.node).indexOf(target)) ? { source, target } : null;
}
