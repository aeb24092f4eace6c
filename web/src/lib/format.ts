const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const exactly = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const clockSeconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayMonth = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const dayOnly = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

export const exact = (time: string): string => exactly.format(new Date(time));
export const clockTime = (time: string): string => clockSeconds.format(new Date(time));
/** As a `datetime-local` field takes it: local time, to the minute. */
export const localInput = (time: Date): string => new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
export const longDay = (time: Date): string => new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" }).format(time);

/** "8 min", "2 h", "3 d": the largest unit alone. */
export function span(ms: number): string {
  const length = Math.abs(ms);
  if (length < MINUTE) return "under 1 min";
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  if (length < 2 * DAY) return `${Math.floor(length / HOUR)} h`;
  return `${Math.floor(length / DAY)} d`;
}

const midnight = (time: Date): number => new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
const daysBetween = (from: Date, to: Date): number => Math.round((midnight(to) - midnight(from)) / DAY);

/** "today 11:30", "tomorrow 10:00", "Fri 13 Nov 09:00", "10 Dec 2027". */
export function when(time: string, now: Date): string {
  const at = new Date(time);
  const days = daysBetween(now, at);
  if (days === 0) return `today ${clock.format(at)}`;
  if (days === 1) return `tomorrow ${clock.format(at)}`;
  if (days === -1) return `yesterday ${clock.format(at)}`;
  return Math.abs(days) < 100 ? `${dayMonth.format(at)} ${clock.format(at)}` : dayOnly.format(at);
}

export type Urgency = "overdue" | "soon" | "later";

export function urgency(time: string, now: Date): Urgency {
  const at = new Date(time);
  if (at <= now) return "overdue";
  return daysBetween(now, at) === 0 || at.getTime() - now.getTime() < 4 * HOUR ? "soon" : "later";
}

/** "Overdue 2 h", "Today 11:30", "Tomorrow 10:00". */
export function due(time: string, now: Date): string {
  const at = new Date(time);
  if (at <= now) return `Overdue ${span(now.getTime() - at.getTime())}`;
  return capital(when(time, now));
}

export const ago = (time: string, now: Date): string => {
  const ms = now.getTime() - new Date(time).getTime();
  return ms < MINUTE ? "just now" : `${span(ms)} ago`;
};

export function duration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < MINUTE) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${Math.round((ms % MINUTE) / 1_000)} s`;
  return span(ms);
}

/** Money as the server keeps it: a decimal text, never a float. */
export function money(value: { amount: string; currency: string }): string {
  const [whole = "0", fraction = ""] = value.amount.split(".");
  const digits = Math.min(Math.max(fraction.length, 2), 20);
  try {
    const formatter = new Intl.NumberFormat("en-GB", { style: "currency", currency: value.currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
    // Strings are formatted without going through a float.
    return formatter.format(`${whole}.${fraction.padEnd(2, "0")}` as unknown as number);
  } catch {
    return `${value.amount} ${value.currency}`;
  }
}

/** Hundredths of a currency that the server does not name. */
export const hundredths = (value: number): string =>
  new Intl.NumberFormat("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value / 100);

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a server or a connector says, as a sentence: a capital before, a full stop behind. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? capital(text) : `${capital(text)}.`);

/** `missing_required` and `/unit_price` as words. */
export const words = (code: string): string =>
  capital(
    code
      .replace(/^\//, "")
      .replaceAll("/", ", ")
      .replaceAll(/[_-]+/g, " "),
  );

/** A system as people call it: short names are letters, as CRM. */
export const systemName = (name: string): string => (name.length <= 3 ? name.toUpperCase() : words(name));

/** An id short enough for a row, still found by its end. */
export const shortId = (id: string): string => (id.length > 14 ? `${id.slice(0, 4)}…${id.slice(-6)}` : id);

export const plural = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;

/** "person:anna" as kind and name. */
export function ownerParts(owner: string): { kind: string; name: string } {
  const at = owner.indexOf(":");
  return at < 0 ? { kind: "", name: owner } : { kind: owner.slice(0, at), name: owner.slice(at + 1) };
}

export const initials = (name: string): string =>
  name
    .split(/[\s._-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join("");
