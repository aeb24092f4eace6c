import { useNavigate } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type SubmitEvent } from "react";
import { parse } from "yaml";

import { FormFoot } from "@/components/confirm";
import { Dialog } from "@/components/dialog";
import { JsonField, readJson } from "@/components/json-field";
import { SchemaFields } from "@/components/schema-fields";
import { Refusal, Skeleton } from "@/components/states";
import { emptyDraft, fill, isSchema, schemaFields, type Draft, type Schema } from "@/lib/schema-form";
import { toast } from "@/lib/toasts";
import { useWorkspace } from "@/lib/workspace";

import { useStart, workflowOptions, type Workflow } from "./api";

/** What the text says has to be known to begin. */
export function inputOf(text: string): Schema | null {
  try {
    const found: unknown = parse(text);
    const input = typeof found === "object" && found !== null && "input" in found ? found.input : null;
    return isSchema(input) && input.properties ? input : null;
  } catch {
    return null;
  }
}

export function StartDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const workspace = useWorkspace((state) => state.workspace);
  const { data, error } = useQuery(workflowOptions(workspace, workflow.workflow));
  const input = useMemo(() => (data ? inputOf(data.text) : undefined), [data]);
  return (
    <Dialog title={`Start “${workflow.title || workflow.workflow}”`} onClose={onClose}>
      <p className="c2">{workflow.stage === "live" ? "It writes by itself: what it does is done." : "What it would write waits for somebody who says yes."}</p>
      <Refusal error={error} />
      {input === undefined ? error ? null : <Skeleton rows={2} /> : <StartForm workflow={workflow} input={input} onClose={onClose} />}
    </Dialog>
  );
}

function StartForm({ workflow, input, onClose }: { workflow: Workflow; input: Schema | null; onClose: () => void }) {
  const fields = useMemo(() => (input ? schemaFields(input) : []), [input]);
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(fields));
  const [json, setJson] = useState("{}");
  const [tried, setTried] = useState(false);
  // One form, one run: a second press finds the run that the first one started.
  const [key] = useState(() => crypto.randomUUID());
  const start = useStart(workflow.workflow);
  const navigate = useNavigate();
  const filled = fill(fields, draft);
  const read = readJson(json);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(filled.problems).length > 0 || (!input && !read.ok)) return;
    start.mutate(
      { event: input ? filled.value : read.ok ? read.value : {}, key },
      {
        onSuccess: (run) => {
          toast("It has started.");
          onClose();
          void navigate({ to: "/runs/$run", params: { run: run.run_id } });
        },
      },
    );
  };
  return (
    <form className="dialog-form" onSubmit={submit} noValidate>
      {input ? <SchemaFields fields={fields} draft={draft} onChange={setDraft} problems={tried ? filled.problems : {}} /> : <JsonField label="What it is about" value={json} onChange={setJson} problem={read.ok ? null : read.problem} />}
      <Refusal error={start.error} />
      <FormFoot verb="Start" busy="Starting" pending={start.isPending} onClose={onClose} />
    </form>
  );
}
