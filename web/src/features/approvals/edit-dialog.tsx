import { useState, type SubmitEvent } from "react";

import { Dialog } from "@/components/dialog";
import { JsonField, readJson } from "@/components/json-field";
import { Refusal } from "@/components/states";

import type { ProposalDetail } from "./api";
import { deed } from "./words";

interface EditProps {
  proposal: ProposalDetail;
  busy: boolean;
  error: Error | null;
  onClose: () => void;
  onApprove: (input: unknown) => void;
}

/** The action's whole input as it will be sent; what is changed makes a new proposal, with both kept. */
export function EditDialog({ proposal, busy, error, onClose, onApprove }: EditProps) {
  const operation = proposal.operations[0];
  const before = JSON.stringify(operation?.input ?? {}, null, 2);
  const [text, setText] = useState(before);
  const read = readJson(text);
  const changed = text !== before;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (read.ok && changed) onApprove(read.value);
  };
  return (
    <Dialog title="Edit and approve" onClose={onClose} wide>
      <form className="dialog-form" onSubmit={submit}>
        <p className="c2">
          {operation ? `${deed(operation)} in ${operation.system}. ` : ""}The server previews what you changed, keeps it beside the original, and approves that.
        </p>
        <JsonField label="What is sent" value={text} onChange={setText} problem={read.ok ? null : read.problem} />
        <Refusal error={error} />
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="btn btn--go" disabled={!read.ok || !changed || busy}>
            {busy ? "Sending" : changed ? "Approve as edited" : "Nothing is changed yet"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
