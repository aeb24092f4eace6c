import { useNavigate } from "@tanstack/react-router";
import { GitCompareArrows, RotateCcw } from "lucide-react";
import { useState, type SubmitEvent } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { JsonField, readJson } from "@/components/json-field";
import { Refusal } from "@/components/states";
import { plural } from "@/lib/format";
import { useRight } from "@/lib/me";
import { useShortcuts } from "@/lib/shortcuts";
import { toast } from "@/lib/toasts";

import { useCancel, useRetry, type RunDetail, type Step } from "./api";
import { CompareDialog } from "./compare-choice";

const isOver = ({ status }: RunDetail): boolean => ["succeeded", "failed", "cancelled"].includes(status);

export function RunActions({ run }: { run: RunDetail }) {
  const right = useRight("operate");
  const [open, setOpen] = useState<"retry" | "cancel" | "compare" | null>(null);
  const allowed = right !== false;
  useShortcuts("This run", [
    { keys: "r", label: "Retry from a step", run: () => allowed && isOver(run) && setOpen("retry") },
    { keys: "c", label: "Cancel", run: () => allowed && !isOver(run) && setOpen("cancel") },
    { keys: "d", label: "Compare: what differs from another run", run: () => setOpen("compare") },
  ]);
  return (
    <>
      <button type="button" className="btn btn--s" aria-label="Compare" onClick={() => setOpen("compare")}>
        <GitCompareArrows className="i i--s" aria-hidden="true" />
        <span className="wide">Compare</span>
      </button>
      {!allowed ? (
        <span className="t12 c3 wide">Runs are started and ended by operators</span>
      ) : isOver(run) ? (
        <button type="button" className="btn btn--s" onClick={() => setOpen("retry")}>
          <RotateCcw className="i i--s wide" aria-hidden="true" />
          Retry
        </button>
      ) : (
        <button type="button" className="btn btn--s btn--no" aria-label="Cancel run" onClick={() => setOpen("cancel")}>
          <span>
            Cancel<span className="wide"> run</span>
          </span>
        </button>
      )}
      {open === "compare" ? <CompareDialog run={run} onClose={() => setOpen(null)} /> : null}
      {open === "cancel" ? <CancelDialog run={run} onClose={() => setOpen(null)} /> : null}
      {open === "retry" ? <RetryDialog run={run} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function CancelDialog({ run, onClose }: { run: RunDetail; onClose: () => void }) {
  const cancel = useCancel(run.run_id);
  return (
    <Dialog title="Cancel this run?" onClose={onClose}>
      <p className="c2">What it has written stays written. Steps under way finish, nothing new begins, and what waits for a person is taken back.</p>
      <Refusal error={cancel.error} />
      <footer>
        <button type="button" className="btn" onClick={onClose}>
          Let it go on
        </button>
        <button
          type="button"
          className="btn btn--no"
          disabled={cancel.isPending}
          onClick={() =>
            cancel.mutate(undefined, {
              onSuccess: () => {
                toast("The run is cancelled.");
                onClose();
              },
            })
          }
        >
          {cancel.isPending ? "Cancelling" : "Cancel run"}
        </button>
      </footer>
    </Dialog>
  );
}

function RetryDialog({ run, onClose }: { run: RunDetail; onClose: () => void }) {
  // What goes round within a for-each is done again with it: a retry begins at a step of the workflow itself.
  const steps = run.steps.filter((step) => !step.path.includes("/"));
  const failed = steps.find((step) => step.status === "failed");
  const [from, setFrom] = useState(failed?.path ?? steps[0]?.path ?? "");
  const [version, setVersion] = useState(run.status === "failed" ? "original" : "current");
  const [edited, setEdited] = useState<string | null>(null);
  const [repeat, setRepeat] = useState(false);
  const retry = useRetry(run.run_id);
  const navigate = useNavigate();
  const before = JSON.stringify(steps.find((step) => step.path === from)?.input ?? {}, null, 2);
  const read = readJson(edited ?? before);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!read.ok) return;
    retry.mutate(
      { from, version, repeat_effects: repeat, ...(edited === null ? {} : { input: read.value }) },
      {
        onSuccess: ({ run_id: id, standing_effects: standing }) => {
          toast(standing.length > 0 ? `It goes on; ${plural(standing.length, "confirmed write stands", "confirmed writes stand")} from before.` : "It goes on.");
          onClose();
          void navigate({ to: "/runs/$run", params: { run: id } });
        },
      },
    );
  };
  return (
    <Dialog title="Retry" onClose={onClose} wide>
      <form className="dialog-form" onSubmit={submit}>
        <p className="c2">It is done again as a run of its own; this one stays as it ended.</p>
        <StepField steps={steps} value={from} onChange={(step) => { setFrom(step); setEdited(null); }} />
        <VersionField run={run} value={version} onChange={setVersion} />
        <JsonField label="Input of that step" value={edited ?? before} onChange={setEdited} problem={read.ok ? null : read.problem} />
        <label className="pick">
          <input type="checkbox" checked={repeat} onChange={(event) => setRepeat(event.target.checked)} />
          <span>Repeat writes that were confirmed. Without it, a retry that would repeat one does not begin.</span>
        </label>
        <Refusal error={retry.error} />
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="btn btn--go" disabled={retry.isPending || !read.ok}>
            {retry.isPending ? "Sending" : "Retry"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  value: string;
  onChange: (value: string) => void;
}

function StepField({ steps, value, onChange }: ChoiceProps & { steps: readonly Step[] }) {
  return (
    <Field label="From the step" help="What was done before it is kept, where the version says the same of it.">
      {(props) => (
        <select {...props} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          {steps.map((step) => (
            <option key={step.path} value={step.path}>
              {step.path}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function VersionField({ run, value, onChange }: ChoiceProps & { run: RunDetail }) {
  return (
    <Field label="Version">
      {(props) => (
        <select {...props} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="original">Version {run.version}, as in this run</option>
          <option value="current">The current version</option>
        </select>
      )}
    </Field>
  );
}
