import type { Day, Exception } from "./api";

export interface Bucket {
  label: string;
  runs: number;
  ended: number;
  alone: number;
}

const dayMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const shortDay = (day: string): string => dayMonth.format(new Date(`${day}T00:00:00Z`));

/** Days together, so many in one, in order; days without a run are there too. */
export function buckets(days: readonly Day[], period: readonly string[], size: number): Bucket[] {
  const byDay = new Map<string, Bucket>();
  for (const one of days) {
    const sum = byDay.get(one.day) ?? { label: "", runs: 0, ended: 0, alone: 0 };
    byDay.set(one.day, { label: "", runs: sum.runs + one.runs, ended: sum.ended + one.ended, alone: sum.alone + one.straight_through });
  }
  const found: Bucket[] = [];
  // From the end, so that the newest bucket is whole.
  for (let end = period.length; end > 0; end -= size) {
    const part = period.slice(Math.max(0, end - size), end);
    const sums = part.map((day) => byDay.get(day)).filter((one) => one !== undefined);
    const add = (of: (one: Bucket) => number) => sums.reduce((total, one) => total + of(one), 0);
    found.unshift({ label: shortDay(part[0] ?? ""), runs: add((one) => one.runs), ended: add((one) => one.ended), alone: add((one) => one.alone) });
  }
  return found;
}

export const rateOf = ({ ended, alone }: Pick<Bucket, "ended" | "alone">): number | null => (ended === 0 ? null : alone / ended);

export function totalOf(days: readonly Day[]): Bucket {
  return days.reduce((sum, one) => ({ label: "", runs: sum.runs + one.runs, ended: sum.ended + one.ended, alone: sum.alone + one.straight_through }), { label: "", runs: 0, ended: 0, alone: 0 });
}

/** Workflows by how much they ran, the busiest first. */
export function busiest(days: readonly Day[], most: number): string[] {
  const runs = new Map<string, number>();
  for (const one of days) runs.set(one.workflow, (runs.get(one.workflow) ?? 0) + one.runs);
  return [...runs].sort(([, one], [, other]) => other - one).slice(0, most).map(([workflow]) => workflow);
}

const HOUR_MS = 3_600_000;
const AGES: readonly (readonly [string, number])[] = [
  ["Under 4 h", 4 * HOUR_MS],
  ["4 h to 1 d", 24 * HOUR_MS],
  ["1 to 3 d", 72 * HOUR_MS],
  ["3 to 7 d", 168 * HOUR_MS],
  ["Over 7 d", Infinity],
];

export interface Age {
  label: string;
  ours: number;
  outside: number;
  overdue: number;
  money: number;
}

/** How old what is open is: with us, waiting on somebody outside, or past its due time. */
export function ages(open: readonly Exception[], now: Date): Age[] {
  const found = AGES.map(([label]) => ({ label, ours: 0, outside: 0, overdue: 0, money: 0 }));
  for (const one of open) {
    const age = now.getTime() - new Date(one.opened_at).getTime();
    const bucket = found[AGES.findIndex(([, until]) => age < until)];
    if (!bucket) continue;
    bucket.money += one.money ?? 0;
    if (one.waiting_on === "customer" || one.waiting_on === "vendor") bucket.outside += 1;
    else if (new Date(one.due_at) <= now) bucket.overdue += 1;
    else bucket.ours += 1;
  }
  return found;
}

export function byReason(open: readonly Exception[], most: number): { reason: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { reason } of open) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((one, other) => other.count - one.count).slice(0, most);
}
