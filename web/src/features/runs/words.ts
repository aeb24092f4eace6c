import type { MarkName } from "@/components/mark";
import { plain } from "@/components/value";
import { capital } from "@/lib/format";

import type { Run, RunDetail, Step } from "./api";

const MARKS: Record<string, MarkName> = {
  queued: "idle",
  pending: "idle",
  ready: "idle",
  running: "run",
  waiting: "pause",
  previewed: "gate",
  succeeded: "done",
  confirmed: "done",
  failed: "fail",
  in_doubt: "doubt",
  cancelled: "skip",
  skipped: "skip",
  not_applied: "skip",
  intended: "run",
};
const TONES: Record<string, string> = { succeeded: "tx-path", confirmed: "tx-path", running: "tx-path", failed: "tx-risk", in_doubt: "tx-risk", previewed: "tx-review" };

export const statusMark = (status: string): MarkName => MARKS[status] ?? "idle";
export const statusTone = (status: string): string => TONES[status] ?? "tx-c2";
export const statusWords = (status: string): string => capital(status.replaceAll("_", " "));

const WAITS: Record<string, string> = { proposal: "approval", exception: "an exception", answer: "an answer", run: "another run", retry: "the next try", connector: "the other system", time: "a time", event: "an event", callback: "a callback" };
export const waitWords = (what: string): string => WAITS[what] ?? what.replaceAll("_", " ");

/** A step that waits at the gate is not the same as one that stopped. */
export function stepMark(step: Step): MarkName {
  if (step.status !== "waiting") return statusMark(step.status);
  if (step.waits_for?.what === "proposal") return "gate";
  return step.waits_for?.what === "exception" || step.failure ? "exc" : "pause";
}

export function stepTone(step: Step): string {
  const mark = stepMark(step);
  return mark === "gate" ? "tx-review" : mark === "exc" ? "tx-exc" : statusTone(step.status);
}

export function stepWords(step: Step): string {
  if (step.status === "waiting" && step.waits_for) return `Waits for ${waitWords(step.waits_for.what)}`;
  return statusWords(step.status);
}

export const keyWords = (run: Pick<Run, "keys">): string =>
  Object.entries(run.keys)
    .map(([name, value]) => `${name} ${plain(value)}`)
    .join(", ");

/** Why it is not over, or how it ended, in one sentence. */
export function whySentence(run: RunDetail): string {
  if (run.status === "succeeded") return `It went through all ${run.steps.length + run.steps_left_out} steps.`;
  if (run.status === "cancelled") return `It was cancelled${run.cancelled_by ? ` by ${run.cancelled_by}` : ""}.`;
  if (run.failure) return `${capital(run.failure.message).replace(/\.$/, "")}.`;
  const stopped = run.exceptions.find((one) => !one.resolved_at);
  if (stopped) return stopped.sentence;
  const waiting = run.steps.find((step) => step.status === "waiting");
  if (waiting?.waits_for) return `The step ${waiting.path} waits for ${waitWords(waiting.waits_for.what)}.`;
  const running = run.steps.find((step) => step.status === "running");
  return running ? `The step ${running.path} is running.` : "It is about to go on.";
}
