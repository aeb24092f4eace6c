import type { MarkName } from "@/components/mark";
import { ownerParts, systemName, words } from "@/lib/format";

import type { Declared } from "./declared";
import { matrixOf } from "./matrix";

export interface Sentence {
  mark: MarkName;
  words: string;
  workflow: string | null;
}

const listed = (names: readonly string[]): string => (names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`);
const spoken = (name: string): string => name.replaceAll("_", " ");

export const ownerWords = (owner: string): string => {
  const { kind, name } = ownerParts(owner);
  return kind === "" ? "nobody that is named" : kind === "team" ? `the ${spoken(name)} team` : spoken(name);
};

const OWN_BEGINS: Readonly<Record<string, string>> = {
  "throughline.manual": "somebody starts it by hand",
  "throughline.called": "another workflow calls it",
  "schedule.tick": "it begins at set times",
  "webhook.received": "it begins with a webhook",
  "form.submitted": "it begins with a form",
  "mail.received": "it begins with a mail",
};

/** What begins a workflow: `projects.job_changed` as people say it. */
export function beginWords(trigger: string): string {
  const [system = "", event = ""] = trigger.split(".");
  return OWN_BEGINS[trigger] ?? (event === "" ? `it begins with ${spoken(system)}` : `it begins with “${spoken(event)}” in ${systemName(system)}`);
}

/** The map for people who do not read matrices. */
export function sentences(found: Declared): Sentence[] {
  const about = found.sources.map((one): Sentence => ({ mark: "owner", words: `${one.title} is about records of ${systemName(one.source)}${one.begins ? `; ${beginWords(one.begins)}` : ""}.`, workflow: one.workflow }));
  const copies = matrixOf(found).flatMap(({ record, rows }) => {
    const byPath = new Map<string, string[]>();
    for (const row of rows) {
      const of = (kind: string) => Object.entries(row.cells).flatMap(([system, cell]) => (cell.kind === kind ? [systemName(system)] : []));
      const path = `${listed(of("source"))}|${listed(of("written"))}`;
      byPath.set(path, [...(byPath.get(path) ?? []), spoken(row.field)]);
    }
    return [...byPath].map(([path, fields]): Sentence => {
      const [from = "", to = ""] = path.split("|");
      const what = `${words(listed(fields))} of ${/^[aeiou]/.test(record) ? "an" : "a"} ${spoken(record)}`;
      return from === "" ? { mark: "draft", words: `${what} is written to ${to}, with a value that the workflow itself says.`, workflow: null } : { mark: "copy", words: `${what} ${fields.length > 1 ? "come" : "comes"} from ${from}; ${to} ${to.includes(" and ") ? "have" : "has"} a copy.`, workflow: null };
    });
  });
  const stops = found.sources.map((one): Sentence => ({ mark: "exc", words: `What stops in ${one.title} goes to ${ownerWords(one.owner)}${one.due ? `, due in ${one.due}` : ""}.`, workflow: one.workflow }));
  const hands = found.after.filter((one) => one.byHand).map((one): Sentence => ({ mark: "flag", words: `After an exception of ${one.title} somebody updates ${spoken(one.record) || "a record"} in ${systemName(one.system)} by hand.`, workflow: one.workflow }));
  return [...about, ...copies, ...stops, ...hands];
}
