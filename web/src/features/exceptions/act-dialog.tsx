import { useState, type SubmitEvent } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { OwnerSelect } from "@/components/owner-select";
import { Refusal } from "@/components/states";
import { localInput } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { useAct, useMerge, type Act, type Exception, type ExceptionDetail } from "./api";
import { changed } from "./words";

export type ActKind = "hand_over" | "wait" | "snooze" | "dismiss" | "merge";

const TITLES: Record<ActKind, string> = { hand_over: "Hand over", wait: "Wait", snooze: "Snooze", dismiss: "Not a problem", merge: "Merge into another" };
const DOES: Record<ActKind, string> = {
  hand_over: "They are told, with what you know. The due time stays.",
  wait: "On a customer or vendor the clock stands still, 30 days in all.",
  snooze: "Lists leave it out until then, at the latest until it is due. The clock runs on.",
  dismiss: "What waits is given up. A critical one takes a second person who says so too.",
  merge: "Its steps wait on the other one, which gets its comments and watchers.",
};
const DONE: Record<ActKind, string> = { hand_over: "Handed over.", wait: "It waits.", snooze: "Put off.", dismiss: "Closed as no problem.", merge: "Merged." };
/** What takes each back; handing over and merging are taken back by whoever has it then. */
const UNDO: Partial<Record<ActKind, Act>> = { wait: { act: "end_wait" }, snooze: { act: "wake" }, dismiss: { act: "reopen", why: "Taken back at once" } };

const HOUR = 3_600_000;

interface Draft {
  to: string;
  note: string;
  on: string;
  until: string;
  into: string;
}

function bodyOf(kind: Exclude<ActKind, "merge">, draft: Draft): Act {
  const note = draft.note.trim();
  const until = draft.until ? new Date(draft.until).toISOString() : undefined;
  switch (kind) {
    case "hand_over":
      return { act: kind, to: draft.to, ...(note ? { note } : {}) };
    case "wait":
      return { act: kind, on: draft.on, note, ...(until ? { until } : {}) };
    case "snooze":
      return { act: kind, ...(until ? { until } : {}) };
    case "dismiss":
      return { act: kind, reason: note };
  }
}

const isReady = (kind: ActKind, draft: Draft): boolean =>
  ({ hand_over: draft.to !== "", wait: draft.note.trim() !== "" && draft.until !== "", snooze: draft.until !== "", dismiss: draft.note.trim() !== "", merge: draft.into !== "" })[kind];

interface ActProps {
  exception: ExceptionDetail;
  kind: ActKind;
  others: readonly Exception[];
  onClose: () => void;
}

export function ActDialog({ exception, kind, others, onClose }: ActProps) {
  const soonest = Math.min(Date.now() + (kind === "wait" ? 24 : 4) * HOUR, kind === "snooze" ? new Date(exception.due_at).getTime() : Infinity);
  const [draft, setDraft] = useState<Draft>({ to: "", note: "", on: "customer", until: localInput(new Date(soonest)), into: "" });
  const act = useAct(exception.exception_id);
  const merge = useMerge(exception.exception_id);
  const done = () => {
    const undo = UNDO[kind];
    toast(DONE[kind], undo ? { undo: () => act.mutate(undo) } : {});
    onClose();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const sent: Promise<unknown> = kind === "merge" ? merge.mutateAsync(draft.into) : act.mutateAsync(bodyOf(kind, draft));
    // By promise: the stream of changes may have taken the row, and this with it, out of the list before the answer is here.
    void sent.then(done, () => undefined);
  };
  return (
    <Dialog title={TITLES[kind]} onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <p className="c2">{DOES[kind]}</p>
        <ActFields exception={exception} kind={kind} others={others} draft={draft} setDraft={setDraft} />
        <Refusal error={act.error ?? merge.error} />
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="btn btn--go" disabled={!isReady(kind, draft) || act.isPending || merge.isPending}>
            {act.isPending || merge.isPending ? "Sending" : TITLES[kind]}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  exception: ExceptionDetail;
  kind: ActKind;
  others: readonly Exception[];
  draft: Draft;
  setDraft: (draft: Draft) => void;
}

function ActFields({ exception, kind, others, draft, setDraft }: FieldsProps) {
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  return (
    <>
      {kind === "hand_over" ? <OwnerSelect label="To" value={draft.to} onChange={(to) => set({ to })} /> : null}
      {kind === "wait" ? (
        <Field label="On whom">
          {(props) => (
            <select {...props} className="input" value={draft.on} onChange={(event) => set({ on: event.target.value })}>
              <option value="customer">The customer</option>
              <option value="vendor">A vendor</option>
              <option value="system">A system</option>
              <option value="internal">Us</option>
            </select>
          )}
        </Field>
      ) : null}
      {kind === "wait" || kind === "snooze" ? <Field label="Until">{(props) => <input {...props} type="datetime-local" className="input" value={draft.until} onChange={(event) => set({ until: event.target.value })} />}</Field> : null}
      {kind === "merge" ? (
        <Field label="Into">
          {(props) => (
            <select {...props} className="input" value={draft.into} onChange={(event) => set({ into: event.target.value })}>
              <option value="">Choose one</option>
              {others
                .filter((one) => one.exception_id !== exception.exception_id)
                .slice(0, 200)
                .map((one) => (
                  <option key={one.exception_id} value={one.exception_id}>
                    {changed(one.what_changed).about} {one.sentence}
                  </option>
                ))}
            </select>
          )}
        </Field>
      ) : null}
      {kind === "snooze" || kind === "merge" ? null : (
        <Field label={{ hand_over: "What is known", wait: "For what", dismiss: "Why it is no problem" }[kind]}>{(props) => <textarea {...props} className="input" rows={2} value={draft.note} onChange={(event) => set({ note: event.target.value })} />}</Field>
      )}
    </>
  );
}
