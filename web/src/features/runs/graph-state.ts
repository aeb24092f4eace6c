import type { MarkName } from "@/components/mark";
import { clockTime, duration } from "@/lib/format";
import type { Card, Picture, Way } from "@/lib/picture";

import type { RunDetail, Step } from "./api";
import { stepMark, stepTone, stepWords } from "./words";

/** How a step of the workflow stands in a run. */
export interface CardState {
  readonly mark: MarkName;
  readonly tone: string;
  readonly words: string;
  /** How long it took, where one of it ended. */
  readonly took: string;
  /** The step of the run that a press chooses; none where the run was not there. */
  readonly path: string | null;
}

/** A gate that the run came to, by the step behind it. */
export type Gate = "waits" | "passed" | "asked";

export interface GraphState {
  readonly cards: ReadonlyMap<string, CardState>;
  /** Ways that the run went. */
  readonly taken: ReadonlySet<string>;
  readonly gates: ReadonlyMap<string, Gate>;
  /** Steps of the run that the workflow does not have. */
  readonly unknown: readonly string[];
}

type Told = Pick<RunDetail, "steps" | "effects" | "created_at">;
type Found = ReadonlyMap<string, readonly Step[]>;

/** The name of a step in the workflow: `lines/price` for `lines[3]/price`. */
export const nameOf = (path: string): string => path.replaceAll(/\[\d+\]/g, "");

export function graphState(picture: Picture, run: Told): GraphState {
  const byName = new Map<string, Step[]>();
  for (const step of run.steps) {
    const name = nameOf(step.path);
    const known = byName.get(name);
    if (known) known.push(step);
    else byName.set(name, [step]);
  }
  const found: Found = new Map(picture.cards.map((card) => [card.key, (card.step === null ? undefined : byName.get(card.step)) ?? []]));
  const doubtful = new Set(run.effects.filter((effect) => effect.state === "in_doubt").map((effect) => effect.path));
  const stops = openStops(run.steps);
  const names = new Set(picture.cards.map((card) => card.step));
  return {
    cards: new Map(picture.cards.map((card) => [card.key, card.step === null ? beganAt(card, run) : cardState(found.get(card.key) ?? [], doubtful, stops)])),
    taken: new Set(picture.ways.filter((way) => isTaken(way, found)).map((way) => way.key)),
    gates: gatesOf(found),
    unknown: [...byName.keys()].filter((name) => !names.has(name)),
  };
}

const IDLE = { mark: "idle", tone: "c3", took: "", path: null } as const;

function beganAt(card: Card, run: Told): CardState {
  return card.kind === "trigger" ? { ...IDLE, mark: "done", tone: "tx-path", words: "Began", took: clockTime(run.created_at) } : { ...IDLE, words: "Has no id" };
}

/** Somebody has to move before it goes on, or nobody will. */
const isStopped = (step: Step): boolean => (step.status === "waiting" && step.waits_for?.what === "exception") || (step.status === "failed" && step.next.length === 0);

/** Items that stand still, by the path of their for-each. */
function openStops(steps: readonly Step[]): ReadonlyMap<string, ReadonlySet<string>> {
  const stops = new Map<string, Set<string>>();
  for (const step of steps) {
    if (step.status !== "waiting" || !isStopped(step)) continue;
    for (const { index } of step.path.matchAll(/\[\d+\]\//g)) {
      const [each, item] = [step.path.slice(0, index), step.path.slice(0, step.path.indexOf("/", index))];
      stops.set(each, (stops.get(each) ?? new Set<string>()).add(item));
    }
  }
  return stops;
}

function cardState(steps: readonly Step[], doubtful: ReadonlySet<string>, stops: ReadonlyMap<string, ReadonlySet<string>>): CardState {
  const [first] = steps;
  if (!first) return { ...IDLE, words: "Not reached" };
  const worst = steps.reduce((one, other) => (weight(other) > weight(one) ? other : one), first);
  const face = faceOf(worst, doubtful);
  if (steps.some((step) => step.items)) return eachState(steps, worst, face, stops);
  if (steps.length > 1) return { ...face, words: countWords(steps), took: "", path: worst.path };
  const took = worst.status === "succeeded" && typeof worst.duration_ms === "number" && !worst.copied ? duration(worst.duration_ms) : "";
  return { ...face, took, path: worst.path };
}

const WEIGHTS: Readonly<Record<string, number>> = { running: 3, ready: 2, pending: 2, failed: 1 };

/** What is looked at first of several: what needs somebody, then what goes on, then what went well. */
function weight(step: Step): number {
  if (isStopped(step)) return 6;
  if (step.status === "waiting") return step.waits_for?.what === "proposal" ? 5 : 4;
  return WEIGHTS[step.status] ?? 0;
}

type Face = Pick<CardState, "mark" | "tone" | "words">;

function faceOf(step: Step, doubtful: ReadonlySet<string>): Face {
  if (isStopped(step) && doubtful.has(step.path)) return { mark: "doubt", tone: "tx-risk", words: "In doubt" };
  if (step.waits_for?.what === "exception") return { mark: "exc", tone: "tx-exc", words: "Stopped, exception" };
  return { mark: stepMark(step), tone: stepTone(step), words: step.copied ? "Taken over" : stepWords(step) };
}

/** A for-each: how many of its items went through. */
function eachState(steps: readonly Step[], worst: Step, face: Face, stops: ReadonlyMap<string, ReadonlySet<string>>): CardState {
  const sum = (of: (step: Step) => number): number => steps.reduce((total, step) => total + of(step), 0);
  const open = sum((step) => stops.get(step.path)?.size ?? 0);
  const stopped = open + sum((step) => step.items?.failed ?? 0);
  const words = `${sum((step) => step.items?.succeeded ?? 0)} of ${sum((step) => step.items?.count ?? 0)} done`;
  const stands: Face = open > 0 && !isStopped(worst) ? { mark: "exc", tone: "tx-exc", words } : face;
  return { ...stands, words: stopped > 0 ? `${words}, ${stopped} stopped` : words, took: "", path: worst.path };
}

/** A step of a body, once for each item that came to it. */
function countWords(steps: readonly Step[]): string {
  const count = (is: (step: Step) => boolean): number => steps.filter(is).length;
  const counts: readonly (readonly [number, string])[] = [
    [count(isStopped), "stopped"],
    [count((step) => step.status === "waiting" && !isStopped(step)), "waiting"],
    [count((step) => step.status === "running"), "running"],
    [count((step) => step.status === "succeeded"), "done"],
    [count((step) => step.status === "failed" && !isStopped(step)), "failed"],
    [count((step) => step.status === "skipped" || step.status === "cancelled"), "left out"],
    [count((step) => step.status === "ready" || step.status === "pending"), "to do"],
  ];
  return counts.flatMap(([number, word]) => (number > 0 ? `${number} ${word}` : [])).join(", ");
}

function isTaken(way: Way, found: Found): boolean {
  const reached = (found.get(way.to)?.length ?? 0) > 0;
  const from = found.get(way.from) ?? [];
  // Of the way from the trigger, and of a step that somebody skipped, the log says no followers.
  if (way.starts) return reached;
  return from.some((step) => (step.status === "skipped" ? reached && !way.onFailure && way.side === "normal" : step.next.includes(way.target) && (step.status === "failed") === way.onFailure));
}

function gatesOf(found: Found): ReadonlyMap<string, Gate> {
  const gates = new Map<string, Gate>();
  for (const [key, steps] of found) {
    const asked = steps.filter((step) => step.waits_for?.what === "proposal" || step.attempts.some((attempt) => attempt.status === "previewed"));
    if (asked.length === 0) continue;
    const waits = asked.some((step) => step.waits_for?.what === "proposal");
    gates.set(key, waits ? "waits" : asked.every((step) => step.status === "succeeded") ? "passed" : "asked");
  }
  return gates;
}
