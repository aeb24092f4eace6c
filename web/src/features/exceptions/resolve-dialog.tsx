import { useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { JsonField, readJson } from "@/components/json-field";
import { Refusal } from "@/components/states";
import { plural } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { stepInputOptions, useResolve, type ExceptionDetail, type Resolve } from "./api";
import type { Resolution } from "./resolutions";

interface ResolveProps {
  exception: ExceptionDetail;
  resolution: Resolution;
  onClose: () => void;
}

interface Draft {
  json: string | null;
  version: string;
  proof: string;
  note: string;
}

function bodyOf(resolution: Resolution, draft: Draft, value: unknown): Resolve {
  const takes = (name: Resolution["takes"][number]) => resolution.takes.includes(name);
  return {
    action: resolution.action,
    ...(takes("input") ? { input: value } : {}),
    ...(takes("output") && value !== undefined ? { output: value } : {}),
    ...(takes("version") ? { version: draft.version } : {}),
    ...(draft.proof.trim() ? { proof: draft.proof.trim() } : {}),
    ...(draft.note.trim() ? { note: draft.note.trim() } : {}),
  };
}

export function ResolveDialog({ exception, resolution, onClose }: ResolveProps) {
  const [draft, setDraft] = useState<Draft>({ json: null, version: "original", proof: "", note: "" });
  const resolve = useResolve(exception.exception_id);
  const takesJson = resolution.takes.includes("input") || resolution.takes.includes("output");
  const run = useQuery({ ...stepInputOptions(exception.run_id), enabled: resolution.takes.includes("input") }).data;
  const before = resolution.takes.includes("input") ? inputBefore(run, exception) : {};
  const text = draft.json ?? JSON.stringify(before, null, 2);
  const read = readJson(text);
  const missing = resolution.takes.includes("reason") && draft.note.trim() === "";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (takesJson && !read.ok) return;
    const done = ({ steps }: { steps: number }) => {
      toast(`${resolution.label}: ${plural(steps, "step")} ${steps === 1 ? "goes" : "go"} on, then it is verified.`);
      onClose();
    };
    // By promise: the row, and this with it, may be gone from the list before the answer is here.
    void resolve.mutateAsync(bodyOf(resolution, draft, takesJson && read.ok ? read.value : undefined)).then(done, () => undefined);
  };
  return (
    <Dialog title={resolution.label} onClose={onClose} wide={takesJson}>
      <form className="dialog-form" onSubmit={submit}>
        <p className="c2">
          {resolution.does} {exception.steps.length > 1 ? `${plural(exception.steps.length, "step")} wait on it.` : ""}
        </p>
        {takesJson ? <JsonField label={resolution.takes.includes("input") ? "Input of the step" : "Result of the step"} value={text} onChange={(json) => setDraft({ ...draft, json })} problem={read.ok ? null : read.problem} /> : null}
        <Choices resolution={resolution} draft={draft} setDraft={setDraft} version={exception.version} />
        <Refusal error={resolve.error} />
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="btn btn--go" disabled={resolve.isPending || missing || (takesJson && !read.ok)}>
            {resolve.isPending ? "Sending" : resolution.label}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** The input of the step that would run again, as it was. */
function inputBefore(run: { steps: { path: string; input?: unknown }[]; input?: unknown } | undefined, { path, retry_from: from }: ExceptionDetail): unknown {
  const step = run?.steps.find((one) => one.path === (from ?? path)) ?? run?.steps.find((one) => one.path === path);
  return step?.input ?? {};
}

interface ChoicesProps {
  resolution: Resolution;
  draft: Draft;
  setDraft: (draft: Draft) => void;
  version: number;
}

function Choices({ resolution, draft, setDraft, version }: ChoicesProps) {
  return (
    <>
      {resolution.takes.includes("version") ? (
        <fieldset className="stack">
          <legend className="label">Version of the workflow</legend>
          {[
            ["original", `Version ${version}, as the run began`],
            ["current", "The current version: a new run goes on in its place, and what did not change is copied"],
          ].map(([value, label]) => (
            <label className="pick" key={value}>
              <input type="radio" name="version" checked={draft.version === value} onChange={() => setDraft({ ...draft, version: value ?? "original" })} />
              <span>{label}</span>
            </label>
          ))}
        </fieldset>
      ) : null}
      {resolution.takes.includes("proof") ? (
        <Field label="Proof" help="What shows it: a document number, a link, words.">
          {(props) => <input {...props} className="input" value={draft.proof} onChange={(event) => setDraft({ ...draft, proof: event.target.value })} />}
        </Field>
      ) : null}
      <Field label={resolution.takes.includes("reason") ? "Why, needed here" : "Note"}>
        {(props) => <textarea {...props} className="input" rows={2} value={draft.note} onChange={(event) => setDraft({ ...draft, note: event.target.value })} />}
      </Field>
    </>
  );
}
