import type { WorkflowDocument } from "../document";
import type { JsonMap } from "../text/value";
import type { Outcome } from "./outcome";
import { setPolicy } from "./set-policy";

export type Stage = "draft" | "shadow" | "review" | "live" | "paused";

export interface ReviewFields {
  readonly stage?: Stage | null;
  readonly tolerated_error?: string | number | null;
  readonly until?: string | null;
  readonly bands?: JsonMap | null;
}

/** Sets the stage, the error that is tolerated, and when the review ends. */
export function setReview(document: WorkflowDocument, fields: ReviewFields): Outcome {
  return setPolicy(document, "review", { ...fields }, fields.stage ? `Set the stage to ${fields.stage}` : "Set the review");
}
