import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState, type SubmitEvent } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Mark } from "@/components/mark";
import { Failed, Skeleton, named as set } from "@/components/states";
import { Ago } from "@/components/time";
import { shortId } from "@/lib/format";
import { Refused } from "@/lib/http";

import { runOptions, useRuns, type Run } from "./api";
import { choicesOf, runIdIn, type Choice } from "./choices";
import { keyWords, statusMark, statusTone, statusWords } from "./words";

/** Which other run: what somebody most likely means as a list, and any by its id. */
export function CompareDialog({ run, onClose }: { run: Run; onClose: () => void }) {
  return (
    <Dialog title="Compare with another run" onClose={onClose} wide>
      <OtherRun run={run} onChosen={onClose} />
      <Choices run={run} onChosen={onClose} />
    </Dialog>
  );
}

function Choices({ run, onChosen }: { run: Run; onChosen: () => void }) {
  const retried = useQuery({ ...runOptions(run.retry_of ?? ""), enabled: Boolean(run.retry_of) });
  const succeeded = useRuns({ workflow: run.workflow, status: "succeeded" });
  const recent = useRuns({ workflow: run.workflow });
  if (recent.loading || succeeded.loading || retried.isLoading) return <Skeleton rows={4} />;
  if (recent.error) return <Failed error={recent.error} again={recent.again} kept="A run can still be named by its id." />;
  const choices = choicesOf(run, { retried: retried.data, succeeded: succeeded.items, recent: recent.items });
  if (choices.length === 0) return <p className="c2">No other run of {run.workflow} is kept here. One of another workflow can be named by its id.</p>;
  return (
    <section className="stack">
      <h3 className="h3">Runs of {run.workflow}</h3>
      <ul className="list list--boxed">
        {choices.map((choice) => (
          <ChoiceRow key={choice.run.run_id} of={run} choice={choice} onChosen={onChosen} />
        ))}
      </ul>
    </section>
  );
}

function ChoiceRow({ of, choice: { run, why }, onChosen }: { of: Run; choice: Choice; onChosen: () => void }) {
  return (
    <li className="cmp-choice">
      <span className={`state ${statusTone(run.status)}`}>
        <Mark name={statusMark(run.status)} />
        {statusWords(run.status)}
      </span>
      <Link className="rlink cut semi" to="/runs/$run" params={{ run: of.run_id }} search={{ with: run.run_id }} onClick={onChosen}>
        {keyWords(run) || shortId(run.run_id)}
      </Link>
      <span className="cut c2 t12">{why}</span>
      <span className="c3 t12">v{run.version}</span>
      <span className="c2 t12 nowrap">
        <Ago time={run.created_at} />
      </span>
    </li>
  );
}

/** Why a run that was named cannot be compared with, or nothing. */
export function whyNot(of: Run, id: string | null, error: Error | null): string | null {
  if (id === null) return "A run's id begins with `run_`.";
  if (id === of.run_id) return "That is this run itself: name another one.";
  if (error instanceof Refused && error.status < 500) return `There is no run \`${id}\` in this workspace.`;
  return error === null ? null : error.message;
}

/** Any run by its id. One that is not there is said here, and what was typed stays. */
export function OtherRun({ run, named = "", onChosen }: { run: Run; named?: string; onChosen?: () => void }) {
  const [text, setText] = useState(named);
  const [problem, setProblem] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const look = async (id: string) => {
    setAsking(true);
    const error = await client.query({ ...runOptions(id), retry: false }).then(
      () => null,
      (failed: unknown) => (failed instanceof Error ? failed : new Error("It could not be read.")),
    );
    setAsking(false);
    const why = whyNot(run, id, error);
    setProblem(why);
    if (why !== null) return;
    onChosen?.();
    void navigate({ to: "/runs/$run", params: { run: run.run_id }, search: { with: id } });
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const id = runIdIn(text);
    const why = whyNot(run, id, null);
    setProblem(why);
    if (id !== null && why === null) void look(id);
  };
  return (
    <form className="cmp-named" onSubmit={submit} aria-label="Any run by its id">
      <Field label="Any run, by its id" help={problem === null ? "Or the address of its page." : <span role="alert">{set(problem)}</span>}>
        {(props) => <input {...props} className={problem === null ? "input mono" : "input mono is-bad"} aria-invalid={problem !== null} placeholder="run_…" autoComplete="off" spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <button type="submit" className="btn" disabled={asking || text.trim() === ""}>
        {asking ? "Looking" : "Compare"}
      </button>
    </form>
  );
}
