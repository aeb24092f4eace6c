import type { Day } from "./api";

export interface Rate {
  runs: number;
  ended: number;
  alone: number;
  /** Null where nothing has ended: that is no rate of 0. */
  rate: number | null;
  /** One for each day that has ended runs, in order. */
  daily: readonly number[];
}

const NONE: Rate = { runs: 0, ended: 0, alone: 0, rate: null, daily: [] };

/** What passed by itself, by workflow. */
export function ratesOf(days: readonly Day[]): ReadonlyMap<string, Rate> {
  const byWorkflow = new Map<string, Day[]>();
  for (const day of days) byWorkflow.set(day.workflow, [...(byWorkflow.get(day.workflow) ?? []), day]);
  return new Map([...byWorkflow].map(([workflow, its]) => [workflow, rateOf(its)]));
}

export function rateOf(days: readonly Day[]): Rate {
  if (days.length === 0) return NONE;
  const sum = (of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0);
  const ended = sum((day) => day.ended);
  const alone = sum((day) => day.straight_through);
  const daily = [...days]
    .sort((one, other) => one.day.localeCompare(other.day))
    .filter((day) => day.ended > 0)
    .map((day) => day.straight_through / day.ended);
  return { runs: sum((day) => day.runs), ended, alone, rate: ended === 0 ? null : alone / ended, daily };
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
