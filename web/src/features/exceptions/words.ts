import { plain } from "@/components/value";
import { exact, ownerParts, words } from "@/lib/format";

import type { Exception } from "./api";

type Loose = Record<string, unknown>;
const isLoose = (value: unknown): value is Loose => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

export interface Changed {
  title: string;
  about: string;
  source: string | null;
  keys: [string, string][];
  fields: { field: string; before: unknown; after: unknown }[];
  at: string | null;
  /** What else is known, by name. */
  more: [string, string][];
}

const KNOWN = new Set(["source", "trigger", "event", "keys", "step", "at", "fields"]);

/** What changed, whatever of it the server could tell. */
export function changed(what: unknown): Changed {
  const found = isLoose(what) ? what : {};
  const trigger = text(found.trigger);
  const source = text(found.source);
  const keys = Object.entries(isLoose(found.keys) ? found.keys : {}).map(([name, value]): [string, string] => [name, plain(value)]);
  const fields = Array.isArray(found.fields) ? found.fields.filter(isLoose) : [];
  return {
    title: trigger ? words(trigger.split(".").at(-1) ?? trigger) : source ? words(source) : "A run",
    about: keys.map(([, value]) => value).join(", "),
    source,
    keys,
    fields: fields.map((one) => ({ field: text(one.field) ?? "", before: one.before, after: one.after })),
    at: text(found.at),
    more: Object.entries(found)
      .filter(([name, value]) => !KNOWN.has(name) && value !== null)
      .map(([name, value]) => [name, plain(value)]),
  };
}

export interface Update {
  system: string;
  record: string | null;
  by: string | null;
}

export function updates(after: unknown): Update[] {
  if (!Array.isArray(after)) return [];
  return after.filter(isLoose).map((one) => ({ system: text(one.system) ?? "", record: text(one.record), by: text(one.by) }));
}

export const byWords = (by: string | null): string => (by === "automatic" ? "by itself" : by === "by_hand" || by === "manual" ? "by hand" : (by ?? ""));

const ENDS: Record<string, string> = { resolved: "Resolved", dismissed: "Not a problem", superseded: "Merged into another" };
export const endWords = (state: string): string => ENDS[state] ?? words(state);

export const markOf = (exception: Exception): "doubt" | "pause" | "exc" | "done" | "run" => {
  if (exception.state === "verifying") return "run";
  if (["resolved", "dismissed", "superseded"].includes(exception.state)) return "done";
  if (exception.reason === "unknown_outcome" || exception.effect_id) return "doubt";
  return exception.waiting_on || exception.snooze_until ? "pause" : "exc";
};

const EVENTS: Record<string, string> = {
  taken: "took it",
  assigned: "gave it away",
  handed_over: "handed it over",
  waiting: "waits",
  wait_ended: "waits no more",
  snoozed: "put it off",
  woken: "brought it back",
  dismissed: "said it is no problem",
  reopened: "opened it again",
  resolved: "resolved it",
  merged: "merged it",
  attested: "vouched for an update",
  escalated: "Escalated",
  breached: "Past its due time",
  warned: "Reminder sent",
  verified: "Seen to be done",
};

export interface Passed {
  words: string;
  detail: string;
}

type NameOf = (who: string) => string;

/** An owner in a sentence: a person by name, a team or a role as that. */
export function ownerWords(owner: string, nameOf: NameOf): string {
  const { kind, name } = ownerParts(owner);
  return kind === "" ? name : kind === "person" ? nameOf(owner) : `${words(name)} (${kind})`;
}

const OWNER = /^(person|team|role):/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:/;
const told = (value: string, nameOf: NameOf): string => (OWNER.test(value) ? ownerWords(value, nameOf) : TIME.test(value) ? exact(value) : value);

/** One line of its life, from what the log keeps of it. */
export function passed(event: unknown, who: string | null, to: string, nameOf: NameOf): Passed {
  const found = isLoose(event) ? event : {};
  const type = text(found.type) ?? text(event) ?? to;
  const said = EVENTS[type] ?? words(type).toLowerCase();
  const detail = Object.entries(found)
    .filter(([name, value]) => name !== "type" && value !== null && value !== "")
    .map(([name, value]) => `${words(name)}: ${typeof value === "string" ? told(value, nameOf) : plain(value)}`)
    .join(" · ");
  return { words: who === null ? words(said) : `${who} ${said}`, detail };
}

