import { useState, type SubmitEvent } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { OwnerSelect } from "@/components/owner-select";
import { Refusal } from "@/components/states";
import { toast } from "@/lib/toasts";

import { useComment, type ProposalDetail } from "./api";

export function AskDialog({ proposal, onClose }: { proposal: ProposalDetail; onClose: () => void }) {
  const [asks, setAsks] = useState("");
  const [text, setText] = useState("");
  const comment = useComment(proposal.proposal_id);
  const ready = asks !== "" && text.trim() !== "" && !comment.isPending;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!ready) return;
    void comment.mutateAsync({ text: text.trim(), asks }).then(
      () => {
        toast("Asked. The answer comes here and by mail.");
        onClose();
      },
      () => undefined,
    );
  };
  return (
    <Dialog title="Ask" onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <p className="c2">They get a mail, and it stands in their list until somebody answers. Deciding stays possible meanwhile, and the deadline stays.</p>
        <OwnerSelect label="Whom" value={asks} onChange={setAsks} />
        <Field label="Question">{(props) => <textarea {...props} className="input" rows={3} value={text} onChange={(event) => setText(event.target.value)} />}</Field>
        <Refusal error={comment.error} />
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="btn btn--go" disabled={!ready}>
            {comment.isPending ? "Sending" : "Ask"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
