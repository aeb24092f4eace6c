import type { Operation, Proposal } from "./api";

export type Reason = "wrong_value" | "wrong_record" | "wrong_action" | "not_now" | "duplicate" | "business_changed" | "other";

export const REASONS: readonly { value: Reason; label: string }[] = [
  { value: "wrong_value", label: "A value is wrong" },
  { value: "wrong_record", label: "It is about the wrong record" },
  { value: "wrong_action", label: "It is not what should be done" },
  { value: "not_now", label: "Right, but not now" },
  { value: "duplicate", label: "Done already, or proposed already" },
  { value: "business_changed", label: "The business has moved on" },
  { value: "other", label: "Something else, as the note says" },
];

const KINDS: Record<string, string> = { create: "Create", update: "Change", delete: "Delete", send: "Send", call: "Call" };

/** "Create invoice", "Change job job_0002": what is done to which record. */
export function deed({ kind, record_type: type }: Operation): string {
  const verb = typeof kind === "string" ? (KINDS[kind] ?? kind) : "Write";
  return `${verb} ${type.replaceAll("_", " ")}`;
}

export function undoWords(undo: unknown): string {
  if (undo === "reversible") return "Can be set back";
  if (undo === "compensable") return "Can be made good by another write";
  return "Cannot be undone here";
}

const CHECKS: Record<string, string> = {
  etag: "Right before it is sent, the record's tag is compared: if it moved, nothing is sent and you are asked again.",
  version: "Right before it is sent, the record's version is compared: if it moved, nothing is sent and you are asked again.",
  before_hash: "Right before it is sent, the values under “Before” are compared: if one moved, nothing is sent and you are asked again.",
  absent: "Right before it is sent, it is checked that the record is still not there.",
};

export function checkWords(precondition: unknown): string {
  if (typeof precondition === "string" && precondition in CHECKS) return CHECKS[precondition] ?? "";
  return "It is previewed again right before it is sent. The system offers nothing to compare.";
}

const STATES: Record<string, string> = {
  open: "Waits for a decision",
  approved: "Approved, on its way",
  applying: "Approved, being sent",
  applied: "Approved and done",
  partly_applied: "Approved, done in part",
  compensated: "Approved, done and made good",
  rejected: "Rejected, nothing was sent",
  expired: "Expired, nothing was sent",
  superseded: "Replaced by another proposal",
  withdrawn: "Withdrawn, nothing was sent",
  failed: "Approved, but it failed",
  stale: "The record moved, nothing was sent",
};

export const stateWords = (state: string): string => STATES[state] ?? state;

const ENDS: Record<string, string> = {
  approved: "approved",
  applying: "approved",
  applied: "approved",
  partly_applied: "done in part",
  compensated: "made good again",
  superseded: "replaced",
  stale: "overtaken",
};

/** How it ended, in a word or two. */
export const endWord = (state: string): string => ENDS[state] ?? state;

export const stateMark = (state: string): "gate" | "done" | "fail" | "skip" | "run" => {
  if (state === "open") return "gate";
  if (state === "applied") return "done";
  if (state === "failed") return "fail";
  return ["approved", "applying"].includes(state) ? "run" : "skip";
};

/** The decision as a question, whatever the connector's summary ends with. */
export const question = ({ summary }: Proposal): string => `${summary.replace(/[.?!]+$/, "")}?`;
