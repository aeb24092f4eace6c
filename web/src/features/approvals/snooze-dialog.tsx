import { useState, type SubmitEvent } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Refusal } from "@/components/states";
import { When } from "@/components/time";
import { localInput } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { useSnooze, type ProposalDetail } from "./api";
import { laterTimes } from "./later";

interface SnoozeProps {
  proposal: ProposalDetail;
  onClose: () => void;
  /** It is out of the list. */
  gone: () => void;
}

export function SnoozeDialog({ proposal, onClose, gone }: SnoozeProps) {
  const [times] = useState(() => laterTimes(new Date(), new Date(proposal.expires_at)));
  const [until, setUntil] = useState(() => (times[0] ? localInput(times[0].until) : ""));
  const snooze = useSnooze(proposal.proposal_id);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void snooze.mutateAsync(new Date(until).toISOString()).then(
      () => {
        toast("Put off. It comes back by itself.", { undo: () => snooze.mutate(null) });
        onClose();
        gone();
      },
      () => undefined,
    );
  };
  return (
    <Dialog title="Snooze" onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <p className="c2">
          Your list leaves it out until then. For everybody else it stays, reminders go out, and it still ends <When time={proposal.expires_at} />. It comes back earlier when somebody says something about it.
        </p>
        {times.length === 0 ? null : (
          <div className="row row--wrap" role="group" aria-label="Near at hand">
            {times.map(({ label, until: time }) => (
              <button key={label} type="button" className={until === localInput(time) ? "btn btn--s is-chosen" : "btn btn--s"} aria-pressed={until === localInput(time)} onClick={() => setUntil(localInput(time))}>
                {label}
              </button>
            ))}
          </div>
        )}
        <Field label="Until">{(props) => <input {...props} type="datetime-local" className="input" value={until} onChange={(event) => setUntil(event.target.value)} />}</Field>
        <Refusal error={snooze.error} />
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="btn btn--go" disabled={until === "" || snooze.isPending}>
            {snooze.isPending ? "Sending" : "Snooze"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
