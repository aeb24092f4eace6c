import { useState, type SubmitEvent } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Refusal } from "@/components/states";

import { REASONS, type Reason } from "./words";

interface RejectProps {
  busy: boolean;
  error: Error | null;
  onClose: () => void;
  onReject: (reason: Reason, note: string) => void;
}

export function RejectDialog({ busy, error, onClose, onReject }: RejectProps) {
  const [reason, setReason] = useState<Reason | null>(null);
  const [note, setNote] = useState("");
  const ready = reason !== null && (reason !== "other" || note.trim() !== "");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (reason !== null && ready) onReject(reason, note.trim());
  };
  return (
    <Dialog title="Reject: why?" onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <p className="c2">Nothing is sent. The reason goes to the run and to who looks after the workflow.</p>
        <fieldset className="stack">
          <legend className="sr">Reason</legend>
          {REASONS.map(({ value, label }) => (
            <label className="pick" key={value}>
              <input type="radio" name="reason" value={value} checked={reason === value} onChange={() => setReason(value)} />
              <span>{label}</span>
            </label>
          ))}
        </fieldset>
        <Field label={reason === "other" ? "Note, needed here" : "Note"} help="Kept with the decision.">
          {(props) => <textarea {...props} className="input" rows={2} value={note} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        <Refusal error={error} />
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="btn btn--no" disabled={!ready || busy}>
            {busy ? "Sending" : "Reject"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
