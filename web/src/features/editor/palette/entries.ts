import type { LucideIcon } from "lucide-react";

import { iconOf, KIND_WORDS, triggerIcon } from "../canvas/kinds";
import type { NodeKind } from "../model/node";
import type { CatalogIndex } from "../state/catalog";

/** Something that can be chosen in a list. */
export interface Entry {
  readonly id: string;
  readonly title: string;
  /** The second line. */
  readonly words: string;
  /** At the end of the row: what it does to the other system. */
  readonly tail: string;
  readonly group: string;
  readonly icon: LucideIcon;
  /** All that it is found by, beside title and second line. */
  readonly found: string;
}

export type StepKind = Exclude<NodeKind, "unknown" | "action">;

/** What a kind does, and other words that people look for it with. */
const KINDS: readonly (readonly [kind: StepKind, title: string, words: string, found: string])[] = [
  ["switch", "Choose by a rule", "Goes one way or another by a condition", "if when condition branch decide check filter else missing compare rule switch"],
  ["raise", "Raise an exception", "Stops with a reason, an owner and a time", "exception error stop problem alert escalate missing fail hand over owner due notify lead"],
  ["ask", "Ask a person", "A question with a form, waits for the answer", "question form human approve input chase proof answer decide"],
  ["set", "Put values together", "Names values for later steps", "variable assign map transform edit fields compute format template prepare"],
  ["wait", "Wait", "For a time, a moment or an event", "delay sleep pause until timer later days event signal"],
  ["for_each", "Do for each of a list", "The same steps for every item", "loop iterate each item list batch repeat all"],
  ["join", "Join branches", "Goes on when branches have come", "merge parallel all any together"],
  ["code", "Run code", "JavaScript over the values of other steps", "javascript function script custom program"],
  ["call", "Call another workflow", "Runs it, and goes on with what it gives", "subworkflow reuse workflow run execute"],
  ["respond", "Reply to the caller", "Answers the webhook that waits", "reply response webhook answer http return"],
  ["end", "End the run", "Nothing comes after", "stop finish done exit complete"],
];

const EFFECTS = { read: "read", write_idempotent: "same key", write_once: "write once" };
const INTENTS = { read: "get fetch find look up load search list", write_idempotent: "create make add update change propose send write", write_once: "create make add send propose write once" };

export function stepEntries(catalog: CatalogIndex): Entry[] {
  const kinds = KINDS.map(([kind, title, words, found]): Entry => ({ id: `kind:${kind}`, title, words: `${KIND_WORDS[kind]}: ${words.charAt(0).toLowerCase()}${words.slice(1)}`, tail: "", group: "Flow", icon: iconOf(kind), found }));
  const actions = [...catalog.actions.values()]
    .filter((action) => action.connector.connector !== "code")
    .map((action): Entry => ({
      id: `action:${action.action}`,
      title: action.title,
      words: action.connector.name,
      tail: EFFECTS[action.effect],
      group: action.connector.name,
      icon: iconOf("action", action.effect),
      found: `${action.action.replaceAll(/[._]/g, " ")} ${action.action} ${action.description} ${action.record ?? ""} ${INTENTS[action.effect]}`,
    }));
  return [...kinds, ...actions];
}

const TRIGGER_INTENTS: Readonly<Record<string, string>> = { webhook: "call http push at once when", schedule: "cron every day time clock", poll: "look changes new when", form: "form ask", mail: "mail email inbox", manual: "button hand start", called: "workflow", event: "when", native: "when" };

export function triggerEntries(catalog: CatalogIndex): Entry[] {
  return [...catalog.triggers.values()].map((trigger): Entry => ({
    id: `trigger:${trigger.trigger}`,
    title: trigger.title,
    words: trigger.description || trigger.trigger,
    tail: trigger.connector?.name ?? "",
    group: trigger.connector?.name ?? "This server",
    icon: triggerIcon(trigger.kind, trigger.trigger),
    found: `${trigger.trigger.replaceAll(/[._]/g, " ")} ${trigger.trigger} ${TRIGGER_INTENTS[trigger.kind] ?? ""} start begin`,
  }));
}
