import { TRIGGER_KEY } from "../model/graph/edge-key";
import type { WorkflowDocument } from "../model/document";
import { nodeIndex } from "../model/node-index";
import { pointedAt } from "../model/text-places";
import type { Path } from "../model/text/value";

export interface ProblemPlace {
  /** The node, or nothing for what belongs to the workflow. */
  readonly key: string | null;
  readonly path: Path;
}

/** The server names places as `nodes[2].next`, and as a JSON Pointer where a field was looked at: both are read. */
export function placeOfProblem(document: WorkflowDocument, path: string): ProblemPlace {
  if (path.startsWith("/")) {
    const { key, path: below } = pointedAt(document, path);
    return { key: key ?? (below[0] === "trigger" ? TRIGGER_KEY : null), path: below };
  }
  const steps = stepsOf(path);
  if (steps[0] === "trigger") return { key: TRIGGER_KEY, path: steps.slice(1) };
  let best: { key: string; length: number } | null = null;
  for (const { key, path: at } of nodeIndex(document).entries) {
    if (at.length <= steps.length && at.every((step, index) => step === steps[index])) best = { key, length: at.length };
  }
  return best ? { key: best.key, path: steps.slice(best.length) } : { key: null, path: steps };
}

function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(([, index, quoted, name]) => (index === undefined ? (quoted ?? name ?? "") : Number(index)));
}
