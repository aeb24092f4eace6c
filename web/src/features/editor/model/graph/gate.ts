import type { Catalog } from "../catalog";
import { fieldAt, type WorkflowDocument } from "../document";
import { asText, entry, isList, isMap, type Json } from "../text/value";

/** What happens to a write in the workflow's stage. */
export type GateState = "waits" | "passes" | "recorded" | "held";

/** The gate before a write. */
export interface Gate {
  readonly state: GateState;
  /** Who is asked; nobody named means the approvers of the workspace. */
  readonly who: readonly string[];
  /** Rules that ask more people, under a condition. */
  readonly conditional: number;
  readonly expires: string | null;
  readonly words: string;
}

const STATES: Readonly<Record<string, GateState>> = { review: "waits", live: "passes", shadow: "recorded", draft: "held", paused: "held" };

const WORDS: Readonly<Record<GateState, string>> = {
  waits: "every write waits",
  passes: "writes leave at once",
  recorded: "writes are recorded, none is sent",
  held: "nothing runs in this stage",
};

/** The gate of all writes of the workflow, or nothing where the text does not say a stage. */
export function reviewGate(document: WorkflowDocument): Gate | null {
  const state = STATES[asText(entry(fieldAt(document, ["review"]), "stage")) ?? ""];
  if (!state) return null;
  const policy = fieldAt(document, ["approvals"]);
  const rules = entry(policy, "rules");
  const all = isList(rules) ? rules : isMap(policy) ? [policy] : [];
  const always = all.filter((rule) => entry(rule, "when") === undefined).flatMap((rule) => people(entry(rule, "who")));
  const conditional = all.filter((rule) => entry(rule, "when") !== undefined).length;
  const who = state === "waits" ? ` for ${always.map(spoken).join(", ") || "the approvers of the workspace"}` : "";
  return { state, who: always, conditional, expires: asText(entry(policy, "expires")) ?? null, words: WORDS[state] + who };
}

/** `role:approver` in a sentence. */
const spoken = (who: string): string => who.replace(/^person:/, "").replace(/^(role|team):(.*)$/, (_, kind: string, name: string) => `the ${kind} ${name.replaceAll("_", " ")}`);

function people(who: Json | undefined): string[] {
  const list = isList(who) ? who : [who];
  return list.filter((one) => typeof one === "string");
}

/** The gate of one node: only what writes has one. */
export function gateOf(gate: Gate | null, node: Json, catalog: Catalog): Gate | null {
  const action = asText(entry(node, "action"));
  const effect = action === undefined ? undefined : catalog.effectOf(action);
  return effect === undefined || effect === "read" ? null : gate;
}
