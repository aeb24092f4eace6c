import type { WorkflowDocument } from "../document";
import type { Outcome } from "./outcome";
import { setPolicy } from "./set-policy";

export interface ExceptionFields {
  readonly owner?: string | null;
  readonly backup?: string | null;
  readonly due?: string | null;
}

/** Sets who owns what no nearer owner answers for, who stands in, and the time allowed. */
export function setExceptions(document: WorkflowDocument, fields: ExceptionFields): Outcome {
  return setPolicy(document, "exceptions", { ...fields }, "Set who answers for exceptions");
}
