/** A time to put something off until, in words and exactly. */
export interface Later {
  label: string;
  until: Date;
}

const HOUR = 3_600_000;
const MORNING = 9;

const morning = (from: Date, days: number): Date => new Date(from.getFullYear(), from.getMonth(), from.getDate() + days, MORNING);

/** Times that are near at hand, in the viewer's zone; only those at which there is still time to decide. */
export function laterTimes(now: Date, end: Date): Later[] {
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const times: Later[] = [
    { label: "In an hour", until: new Date(now.getTime() + HOUR) },
    { label: "In 4 hours", until: new Date(now.getTime() + 4 * HOUR) },
    { label: "Tomorrow, 09:00", until: morning(now, 1) },
    ...(toMonday > 1 ? [{ label: "Monday, 09:00", until: morning(now, toMonday) }] : []),
  ];
  return times.filter(({ until }) => until < end);
}
