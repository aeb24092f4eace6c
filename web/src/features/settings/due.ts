/** A time allowed, as workflows write it and as the server keeps it. */
export type Due = { type: "after"; ms: number } | { type: "business_time"; days: number; minutes: number } | { type: "next_business_day"; hour: number; minute: number };

const HOUR_MS = 3_600_000;
const UNITS: Record<string, number> = { m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS };

/** `4h`, `2 business days`, `8 business hours`, `next business day 12:00`; null where it is none of these. */
export function readDue(text: string): Due | null {
  const plain = text.trim().toLowerCase();
  const after = /^(\d+) ?(m|h|d)$/.exec(plain);
  if (after) return { type: "after", ms: Number(after[1]) * (UNITS[after[2] ?? ""] ?? 0) };
  const business = /^(\d+) business (day|hour)s?$/.exec(plain);
  if (business) return business[2] === "day" ? { type: "business_time", days: Number(business[1]), minutes: 0 } : { type: "business_time", days: 0, minutes: Number(business[1]) * 60 };
  const next = /^next[_ ]business[_ ]day (\d{1,2}):(\d{2})$/.exec(plain);
  if (next && Number(next[1]) < 24 && Number(next[2]) < 60) return { type: "next_business_day", hour: Number(next[1]), minute: Number(next[2]) };
  return null;
}

const some = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`;

/** When something is due by it, as a sentence goes on. */
export const dueWords = (due: Due): string => (due.type === "next_business_day" ? `due ${dueText(due)}` : `due in ${dueText(due)}`);

export function dueText(due: Due): string {
  switch (due.type) {
    case "after":
      for (const unit of ["d", "h", "m"]) {
        const ms = UNITS[unit] ?? 1;
        if (due.ms % ms === 0) return `${due.ms / ms}${unit}`;
      }
      return `${Math.round(due.ms / 60_000)}m`;
    case "business_time":
      return [due.days > 0 ? some(due.days, "business day") : "", due.minutes > 0 ? some(due.minutes / 60, "business hour") : ""].filter(Boolean).join(" ");
    case "next_business_day":
      return `next business day ${due.hour.toString().padStart(2, "0")}:${due.minute.toString().padStart(2, "0")}`;
  }
}
