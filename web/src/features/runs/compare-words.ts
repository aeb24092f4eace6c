import { plural } from "@/lib/format";

import type { RunDetail } from "./api";
import type { Comparison, StepPair } from "./compare";

type End = { how: "through" | "cancelled" | "goes" } | { how: "stopped" | "waits"; at: string | null };

function endOf({ status, steps }: RunDetail): End {
  if (status === "succeeded") return { how: "through" };
  if (status === "cancelled") return { how: "cancelled" };
  if (status === "failed") return { how: "stopped", at: steps.findLast((step) => step.status === "failed")?.path ?? null };
  // A step that waits behind a failure has stopped; one at the gate or for a time only waits.
  const waiting = status === "waiting" ? steps.find((step) => step.status === "waiting") : undefined;
  if (!waiting) return { how: "goes" };
  return { how: waiting.failure || waiting.waits_for?.what === "exception" ? "stopped" : "waits", at: waiting.path };
}

const ONE: Record<End["how"], string> = { through: "went through", cancelled: "was cancelled", goes: "goes on", stopped: "stopped", waits: "waits" };
const BOTH: Record<End["how"], string> = { ...ONE, cancelled: "were cancelled", goes: "go on", waits: "wait" };

const placeOf = (end: End): string | null => ("at" in end ? end.at : null);
const at = (end: End): string => (placeOf(end) === null ? "" : ` at \`${placeOf(end)}\``);

/** Whether a run did the step at which the other one stands. */
const passed = (run: RunDetail, place: string | null): boolean => place !== null && run.steps.some((step) => step.path === place && step.status === "succeeded");

function outcome({ here, there }: Comparison): string {
  const [ours, theirs] = [endOf(here), endOf(there)];
  if (ours.how === theirs.how && placeOf(ours) === placeOf(theirs)) return `Both ${BOTH[ours.how]}${at(ours)}`;
  if (passed(there, placeOf(ours))) return `The other one went on where this one ${ONE[ours.how]}:${at(ours)}`;
  if (passed(here, placeOf(theirs))) return `This one went on where the other one ${ONE[theirs.how]}:${at(theirs)}`;
  return `This one ${ONE[ours.how]}${at(ours)}, the other one ${ONE[theirs.how]}${at(theirs)}`;
}

const isOver = ({ status }: RunDetail): boolean => ["succeeded", "failed", "cancelled"].includes(status);

function stepsClause({ here, there, steps, differ, unsure }: Comparison): string {
  const soFar = isOver(here) && isOver(there) ? "" : " so far";
  if (steps.length === 0) return "neither has come to a step yet";
  if (differ > 0) return `${differ.toLocaleString("en-GB")} of ${plural(steps.length, "step")} ${differ === 1 ? "differs" : "differ"}${soFar}`;
  if (unsure > 0) return `no step differs${soFar} in what can be compared`;
  const all = steps.length === 1 ? "the one step is" : steps.length === 2 ? "both steps are" : `all ${plural(steps.length, "step")} are`;
  return `${all} the same${soFar}`;
}

/** What differs as a whole, in one sentence; names stand between backticks. */
export const headline = (comparison: Comparison): string => `${outcome(comparison)}; ${stepsClause(comparison)}.`;

/** What became of a step, for its row. */
export function fateWords({ fate, here, there }: StepPair, { here: ourRun, there: theirRun }: Comparison): string {
  if (fate === "same") return "The same";
  if (fate === "differs") return "Differs";
  if (here && there) return "The same, as far as it can be told";
  const [one, other] = here ? ["this run", "the other run"] : ["the other run", "this run"];
  // The list of a long for-each has only its first items.
  if (fate === "unsure") return `Left out of the list of ${other}`;
  return `Only in ${one}${isOver(here ? theirRun : ourRun) ? "" : " so far"}`;
}
