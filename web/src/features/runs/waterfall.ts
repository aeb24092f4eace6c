import type { Step } from "./api";

export interface Bar {
  /** Percent of the whole width. */
  left: number;
  width: number;
  /** Work is drawn full, waiting as a line. */
  kind: "work" | "wait" | "failed";
  label: string;
}

export interface Scale {
  begin: number;
  end: number;
}

const time = (text: string | null | undefined): number | null => (text ? new Date(text).getTime() : null);

/** From the first beginning to the last end; what goes on lasts until now. */
export function scaleOf(steps: readonly Step[], now: number): Scale {
  const begins = steps.map((step) => time(step.started_at)).filter((at) => at !== null);
  const ends = steps.flatMap((step) => (step.started_at ? [time(step.ended_at) ?? lastWork(step) ?? now] : []));
  const begin = Math.min(...begins);
  if (!Number.isFinite(begin)) return { begin: now, end: now + 1 };
  return { begin, end: Math.max(...ends, begin + 1) };
}

/** A wait of days would make all work invisible: a waiting step is drawn until its last attempt. */
const lastWork = (step: Step): number | null => {
  if (step.status !== "waiting") return null;
  return Math.max(...step.attempts.map((attempt) => time(attempt.ended_at) ?? 0), time(step.started_at) ?? 0);
};

const MIN_WIDTH = 0.6;

export function barsOf(step: Step, scale: Scale, now: number): Bar[] {
  const begin = time(step.started_at);
  if (begin === null) return [];
  const whole = scale.end - scale.begin;
  const place = (from: number, to: number, kind: Bar["kind"], label: string): Bar => {
    const left = Math.min(((from - scale.begin) / whole) * 100, 100 - MIN_WIDTH);
    return { left, width: Math.max(Math.min(((to - from) / whole) * 100, 100 - left), MIN_WIDTH), kind, label };
  };
  const attempts = step.attempts.map((attempt) => {
    const from = time(attempt.started_at) ?? begin;
    return place(from, time(attempt.ended_at) ?? now, attempt.failure ? "failed" : "work", `Attempt ${attempt.attempt}, ${attempt.status}`);
  });
  const end = time(step.ended_at) ?? lastWork(step) ?? now;
  if (attempts.length === 0) return [place(begin, end, step.status === "waiting" ? "wait" : "work", step.status)];
  return [place(begin, end, "wait", "From beginning to end"), ...attempts];
}
