import { useState, type SubmitEvent } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Mark } from "@/components/mark";
import { Person } from "@/components/pieces";
import { Refusal } from "@/components/states";
import { When } from "@/components/time";
import { plural } from "@/lib/format";

import { useReveal, type RunDetail } from "./api";

interface RevealProps {
  run: RunDetail;
  /** What is shown instead, until the page is left. */
  onShown: (run: RunDetail) => void;
}

/** What is hidden, who has looked, and the way to look. */
export function HiddenValues({ run, shown, onShown, mayReveal }: RevealProps & { shown: boolean; mayReveal: boolean }) {
  const [asking, setAsking] = useState(false);
  const looks = run.reveals;
  const people = new Set(looks.map((look) => look.by)).size;
  if (!run.redacted && !shown && looks.length === 0) return null;
  return (
    <section className="note" aria-label="Hidden values">
      <Mark name="never" />
      <div className="stack">
        <p>
          {shown ? <b>Nothing is hidden on this page now.</b> : <b>Some values are hidden</b>}
          {shown ? " It is hidden again when you leave." : ", because the workflow or a connector says so."}{" "}
          {mayReveal && !shown ? (
            <button type="button" className="btn btn--s" onClick={() => setAsking(true)}>
              Show them
            </button>
          ) : null}
        </p>
        {looks.length > 0 ? (
          <details>
            <summary className="t12">{plural(people, "person has", "people have")} looked</summary>
            <ul className="list">
              {looks.map((look) => (
                <li key={`${look.at}${look.by}`}>
                  <Person who={look.by} /> <When time={look.at} /> <span className="breaks">{look.reason}</span>
                </li>
              ))}
            </ul>
          </details>
        ) : null}
      </div>
      {asking ? <RevealDialog run={run} onShown={onShown} onClose={() => setAsking(false)} /> : null}
    </section>
  );
}

function RevealDialog({ run, onShown, onClose }: RevealProps & { onClose: () => void }) {
  const [reason, setReason] = useState("");
  const reveal = useReveal(run.run_id);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    reveal.mutate(reason.trim(), {
      onSuccess: (shown) => {
        onShown(shown);
        onClose();
      },
    });
  };
  return (
    <Dialog title="Show what is hidden: why?" onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <p className="c2">Who looked, when and why is recorded, and everybody who sees this run reads it.</p>
        <Field label="Reason" help="Up to 500 characters.">
          {(props) => <textarea {...props} className="input" rows={2} maxLength={500} required value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
        <Refusal error={reveal.error} />
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="btn btn--go" disabled={reason.trim() === "" || reveal.isPending}>
            {reveal.isPending ? "Asking" : "Show"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
