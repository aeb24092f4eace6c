import { dueText, readDue, type Due } from "./due";

export interface Backup {
  owner: string;
  from?: string | null;
  until?: string | null;
}

/** A routing rule, as the server keeps it. */
export interface Rule {
  workflow?: string | null;
  kind?: "business" | "technical" | null;
  when?: string | null;
  owner: string;
  backups?: readonly Backup[];
  due?: Due | null;
  ladder?: readonly [number, number, number] | null;
}

/** The same, as it is typed. */
export interface RuleDraft {
  workflow: string;
  kind: string;
  when: string;
  owner: string;
  backups: readonly Backup[];
  due: string;
  ladder: readonly [string, string, string];
}

export const LADDER: readonly [string, string, string] = ["75", "150", "200"];

export const draftOf = (rule: Rule): RuleDraft => ({
  workflow: rule.workflow ?? "",
  kind: rule.kind ?? "",
  when: rule.when ?? "",
  owner: rule.owner,
  backups: rule.backups ?? [],
  due: rule.due ? dueText(rule.due) : "",
  ladder: rule.ladder ? [`${rule.ladder[0]}`, `${rule.ladder[1]}`, `${rule.ladder[2]}`] : LADDER,
});

export const EMPTY: RuleDraft = { workflow: "", kind: "", when: "", owner: "", backups: [], due: "", ladder: LADDER };

/** The rule that a draft says, or why it is none. */
export function ruleOf(draft: RuleDraft): { rule: Rule } | { problem: string } {
  if (draft.owner === "") return { problem: "Say who owns what it is for." };
  const due = draft.due.trim() === "" ? null : readDue(draft.due);
  if (draft.due.trim() !== "" && due === null) return { problem: "The time allowed reads as 4h, 1 business day, 8 business hours or next business day 12:00." };
  const [warn, backup, digest] = draft.ladder.map(Number) as [number, number, number];
  const usual = draft.ladder.every((rung, at) => rung === LADDER[at]);
  if (!usual && !(warn < 100 && backup > 100 && digest > backup && digest <= 1000)) return { problem: "The owner is warned before 100 %; the backup comes after, then the daily mail, up to 1000 %." };
  return {
    rule: {
      ...(draft.workflow ? { workflow: draft.workflow } : {}),
      ...(draft.kind ? { kind: draft.kind as "business" | "technical" } : {}),
      ...(draft.when.trim() ? { when: draft.when.trim() } : {}),
      owner: draft.owner,
      backups: draft.backups.filter((one) => one.owner !== "").map(({ owner, from, until }) => ({ owner, ...(from ? { from } : {}), ...(until ? { until } : {}) })),
      ...(due ? { due } : {}),
      ...(usual ? {} : { ladder: [warn, backup, digest] as [number, number, number] }),
    },
  };
}

const isRule = (value: unknown): value is Rule => typeof value === "object" && value !== null && "owner" in value && typeof value.owner === "string";
export const rulesIn = (items: readonly { rule: unknown }[]): Rule[] => items.map((one) => one.rule).filter(isRule);

/** For what a rule is, in words; its condition stands apart. */
export function forWords(rule: Rule): string {
  const what = rule.kind === "technical" ? "Technical causes" : rule.kind === "business" ? "Business records" : "Everything that stops";
  const where = rule.workflow ? ` in ${rule.workflow}` : "";
  return `${what}${where}`;
}
