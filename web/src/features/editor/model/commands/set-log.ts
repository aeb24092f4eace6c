import type { WorkflowDocument } from "../document";
import type { Outcome } from "./outcome";
import { setPolicy } from "./set-policy";

export interface LogFields {
  readonly retention?: string | null;
  readonly redact?: readonly string[] | null;
}

/** Sets how long the log is kept and what is hidden in it. */
export function setLog(document: WorkflowDocument, fields: LogFields): Outcome {
  return setPolicy(document, "log", { ...fields }, "Set how the log is kept");
}
