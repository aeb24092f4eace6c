import type { WorkflowDocument } from "../document";
import type { Tidied } from "../layout/tidy";
import { moveNodes } from "./move-nodes";
import type { Outcome } from "./outcome";

/** Writes what tidying gave: one step of the history, taken back like any other. */
export function tidyNodes(document: WorkflowDocument, tidied: Tidied): Outcome {
  const outcome = moveNodes(document, tidied.positions);
  if (!outcome.ok) return outcome;
  return { ok: true, edit: { document: outcome.edit.document, label: "Tidy up" } };
}
