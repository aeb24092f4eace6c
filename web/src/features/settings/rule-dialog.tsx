import { useState, type SubmitEvent } from "react";

import { FormFoot } from "@/components/confirm";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { OwnerSelect } from "@/components/owner-select";
import { Refusal } from "@/components/states";
import { useTexts } from "@/lib/texts";

import { draftOf, EMPTY, ruleOf, type Rule, type RuleDraft } from "./rules";

interface RuleDialogProps {
  before: Rule | null;
  pending: boolean;
  error: Error | null;
  onClose: () => void;
  onKeep: (rule: Rule) => void;
}

const RUNGS = ["Owner is warned at", "Backup takes it at", "Daily mail at"] as const;

export function RuleDialog({ before, pending, error, onClose, onKeep }: RuleDialogProps) {
  const [draft, setDraft] = useState<RuleDraft>(before ? draftOf(before) : EMPTY);
  const [tried, setTried] = useState(false);
  const set = (part: Partial<RuleDraft>) => setDraft({ ...draft, ...part });
  const read = ruleOf(draft);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if ("rule" in read) onKeep(read.rule);
  };
  return (
    <Dialog title={before ? "Change a rule" : "New rule"} onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <ForWhat draft={draft} set={set} />
        <OwnerSelect label="Owner" value={draft.owner} onChange={(owner) => set({ owner })} />
        <Field label="Time allowed (optional)" help="As 4h, 1 business day, 8 business hours, next business day 12:00.">
          {(props) => <input {...props} className="input" value={draft.due} onChange={(event) => set({ due: event.target.value })} />}
        </Field>
        <Backups draft={draft} set={set} />
        <fieldset className="stack">
          <legend className="label">Ladder, in percent of the time allowed</legend>
          <div className="thirds">
            {RUNGS.map((label, at) => (
              <Field label={label} key={label}>
                {(props) => <input {...props} className="input" inputMode="numeric" value={draft.ladder[at] ?? ""} onChange={(event) => set({ ladder: draft.ladder.map((rung, other) => (other === at ? event.target.value : rung)) as unknown as RuleDraft["ladder"] })} />}
              </Field>
            ))}
          </div>
        </fieldset>
        {tried && "problem" in read ? (
          <p className="note note--exc" role="alert">
            {read.problem}
          </p>
        ) : null}
        <Refusal error={error} />
        <FormFoot verb="Keep" busy="Keeping" pending={pending} onClose={onClose} />
      </form>
    </Dialog>
  );
}

interface PartProps {
  draft: RuleDraft;
  set: (part: Partial<RuleDraft>) => void;
}

function ForWhat({ draft, set }: PartProps) {
  const texts = useTexts().data ?? [];
  const unknown = draft.workflow !== "" && !texts.some((one) => one.workflow === draft.workflow);
  return (
    <>
      <div className="pair">
        <Field label="Workflow">
          {(props) => (
            <select {...props} className="input" value={draft.workflow} onChange={(event) => set({ workflow: event.target.value })}>
              <option value="">Any</option>
              {unknown ? <option>{draft.workflow}</option> : null}
              {texts.map((one) => (
                <option key={one.workflow} value={one.workflow}>
                  {one.title}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Kind">
          {(props) => (
            <select {...props} className="input" value={draft.kind} onChange={(event) => set({ kind: event.target.value })}>
              <option value="">Any</option>
              <option value="business">A record and a reason</option>
              <option value="technical">A cause, with all that waits on it</option>
            </select>
          )}
        </Field>
      </div>
      <Field label="Condition (optional)" help="Over workflow, kind, reason, severity, money and changed.">
        {(props) => <input {...props} className="input mono" spellCheck={false} placeholder="{{ money > 5000 }}" value={draft.when} onChange={(event) => set({ when: event.target.value })} />}
      </Field>
    </>
  );
}

function Backups({ draft, set }: PartProps) {
  const change = (at: number, part: Partial<RuleDraft["backups"][number]>) => set({ backups: draft.backups.map((one, other) => (other === at ? { ...one, ...part } : one)) });
  return (
    <fieldset className="stack">
      <legend className="label">Backups: who takes over when it is late or the owner is away</legend>
      {draft.backups.map((backup, at) => (
        <div className="backup" key={at}>
          <OwnerSelect label={`Backup ${at + 1}`} value={backup.owner} onChange={(owner) => change(at, { owner })} />
          <Field label="Only from">{(props) => <input {...props} className="input" type="date" value={backup.from ?? ""} onChange={(event) => change(at, { from: event.target.value || null })} />}</Field>
          <Field label="Until">{(props) => <input {...props} className="input" type="date" value={backup.until ?? ""} onChange={(event) => change(at, { until: event.target.value || null })} />}</Field>
        </div>
      ))}
      <div className="row">
        <button type="button" className="btn btn--s" onClick={() => set({ backups: [...draft.backups, { owner: "" }] })}>
          Add a backup
        </button>
        {draft.backups.length > 0 ? (
          <button type="button" className="btn btn--s" onClick={() => set({ backups: draft.backups.slice(0, -1) })}>
            Take the last one out
          </button>
        ) : null}
      </div>
    </fieldset>
  );
}
