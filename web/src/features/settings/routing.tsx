import { ArrowDown, ArrowUp, Plus } from "lucide-react";
import { useState } from "react";

import { Owner } from "@/components/pieces";
import { Empty, Failed, Refusal, Skeleton } from "@/components/states";
import { toast } from "@/lib/toasts";

import { useRules, useSetRules } from "./api";
import { dueWords } from "./due";
import { RuleDialog } from "./rule-dialog";
import { forWords, rulesIn, type Rule } from "./rules";
import { Section } from "./section";

const WORDS = "Asked from the top; the first that fits decides. A step's own owner goes before them, the workflow's after them, then the reason's usual role, at last the administrators.";

export function RoutingSettings({ may }: { may: boolean }) {
  const { items, loading, error, again } = useRules();
  const rules = rulesIn(items);
  const set = useSetRules();
  const [editing, setEditing] = useState<number | "new" | null>(null);
  const keep = (next: readonly Rule[], said: string) => set.mutate(next, { onSuccess: () => toast(said, { undo: () => set.mutate(rules) }) });
  const swap = (at: number, by: number) => {
    const next = [...rules];
    const [moved] = next.splice(at, 1);
    if (moved) next.splice(at + by, 0, moved);
    keep(next, "The order is kept.");
  };
  const add = (
    <button type="button" className="btn btn--s" onClick={() => setEditing("new")}>
      <Plus className="i i--s" aria-hidden="true" />
      New rule
    </button>
  );
  return (
    <Section title="Who owns what stops" words={WORDS} action={may ? add : null} flush>
      {loading ? <Skeleton rows={3} two /> : error ? <Failed error={error} again={again} /> : rules.length === 0 ? <Empty title="There is no rule">Owners come from workflows then. A rule gives some of what stops to somebody else, with a backup, a time allowed and a ladder of reminders.</Empty> : null}
      <ol className="list">
        {rules.map((rule, at) => (
          <RuleRow key={at} rule={rule} at={at} last={rules.length - 1} may={may} onEdit={() => setEditing(at)} onMove={(by) => swap(at, by)} onDrop={() => keep(rules.filter((_, other) => other !== at), "The rule is gone.")} />
        ))}
      </ol>
      <Refusal error={set.error} />
      {editing === null ? null : <RuleDialog before={editing === "new" ? null : (rules[editing] ?? null)} pending={set.isPending} error={set.error} onClose={() => setEditing(null)} onKeep={(rule) => set.mutate(editing === "new" ? [...rules, rule] : rules.map((one, at) => (at === editing ? rule : one)), { onSuccess: () => setEditing(null) })} />}
    </Section>
  );
}

interface RowProps {
  rule: Rule;
  at: number;
  last: number;
  may: boolean;
  onEdit: () => void;
  onMove: (by: number) => void;
  onDrop: () => void;
}

function RuleRow({ rule, at, last, may, onEdit, onMove, onDrop }: RowProps) {
  const backups = rule.backups ?? [];
  return (
    <li className="rule-row">
      <span className="badge">{at + 1}</span>
      <div className="two">
        <span className="breaks">
          {forWords(rule)}
          {rule.when ? (
            <>
              , where <code>{rule.when}</code>
            </>
          ) : null}
        </span>
        <span className="row row--wrap t12 c2">
          <Owner owner={rule.owner} />
          {rule.due ? <span>{dueWords(rule.due)}</span> : null}
          {backups.map((one) => (
            <span className="row gap-1" key={`${one.owner}${one.from ?? ""}`}>
              backup <Owner owner={one.owner} />
              {one.from || one.until ? `, ${one.from ?? ""} to ${one.until ?? ""}` : ""}
            </span>
          ))}
          {rule.ladder ? <span>ladder {rule.ladder.join(", ")} %</span> : null}
        </span>
      </div>
      {may ? (
        <span className="push row">
          <button type="button" className="btn btn--quiet btn--icon btn--s" aria-label={`Rule ${at + 1} up`} disabled={at === 0} onClick={() => onMove(-1)}>
            <ArrowUp className="i i--s" aria-hidden="true" />
          </button>
          <button type="button" className="btn btn--quiet btn--icon btn--s" aria-label={`Rule ${at + 1} down`} disabled={at === last} onClick={() => onMove(1)}>
            <ArrowDown className="i i--s" aria-hidden="true" />
          </button>
          <button type="button" className="btn btn--s" onClick={onEdit}>
            Change
          </button>
          <button type="button" className="btn btn--s btn--no" onClick={onDrop}>
            Delete
          </button>
        </span>
      ) : null}
    </li>
  );
}
