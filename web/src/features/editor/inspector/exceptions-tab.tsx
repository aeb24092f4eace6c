import { Plus } from "lucide-react";

import { Mark } from "@/components/mark";

import { ownerWords } from "../canvas/step-card";
import { addNode } from "../model/commands/add-node";
import { sequence } from "../model/commands/outcome";
import { setField } from "../model/commands/set-field";
import { targetIds } from "../model/commands/retarget";
import { fieldAt } from "../model/document";
import { answersOf } from "../model/graph/answers";
import { asText, entry } from "../model/text/value";
import { focusOn } from "../state/editor-store";
import { useDocument, useEditor, useEditorStore, useRun } from "../state/context";
import { FollowerField } from "./follower-field";
import { DUES, Suggested, useOwners } from "./form/known-fields";
import { useNodeField } from "./node-form";

const FROM = { inside: "said in the step", node: "said here", workflow: "of the workflow", nobody: "nobody" };

/** Where a failure of the step leads, who owns it, and until when. */
export function ExceptionsTab({ node }: { node: string }) {
  const { value, write } = useNodeField(node);
  const document = useDocument();
  const readOnly = useEditor((state) => state.readOnly);
  const answers = answersOf(fieldAt(document, ["exceptions"]), value);
  const owners = useOwners();
  const leads = targetIds(value, "exception");
  return (
    <>
      <FollowerField label="A failure leads to" node={node} ids={leads} onChange={(id) => write(["on_exception"], id ?? undefined)} />
      {leads.length || readOnly ? null : <NewPath node={node} />}
      {leads.length ? null : (
        <div className={answers.owner === null || answers.due === null ? "note note--exc t12" : "note t12"}>
          <Mark name={answers.owner === null ? "soon" : "exc"} />
          <span>
            {answers.owner === null ? <b>No owner yet: this blocks publishing. </b> : <b>Parked with {ownerWords(answers.owner)}, </b>}
            {answers.due === null ? "no time allowed yet." : `${answers.due.replaceAll("_", " ")}.`} {answers.owner === null ? "" : `The owner is ${FROM[answers.ownerFrom]}, the time ${FROM[answers.dueFrom]}.`}
          </span>
        </div>
      )}
      <label className="field">
        <span className="label">Owner of what stops here</span>
        <Suggested value={asText(entry(value, "owner")) ?? ""} onChange={(next) => write(["owner"], next === "" ? undefined : next)} options={owners} placeholder={answers.ownerFrom === "workflow" ? `As the workflow says: ${answers.owner ?? ""}` : "team:billing"} readOnly={readOnly} label="Owner of what stops here" />
      </label>
      <label className="field">
        <span className="label">Time allowed</span>
        <Suggested value={asText(entry(value, "due")) ?? ""} onChange={(next) => write(["due"], next === "" ? undefined : next)} options={DUES} placeholder={answers.dueFrom === "workflow" ? `As the workflow says: ${answers.due ?? ""}` : "1 business day"} readOnly={readOnly} label="Time allowed" />
      </label>
    </>
  );
}

/** An exception path with a reason of its own: a card below the step. */
function NewPath({ node }: { node: string }) {
  const run = useRun();
  const store = useEditorStore();
  const add = (): void => {
    const done = run((document) =>
      sequence(document, "Add an exception path", [(now) => addNode(now, { kind: "raise", spot: { onException: node }, fields: { title: "It failed" } }), (now) => withReason(now)]),
    );
    const [key] = store.getState().history.selected;
    if (done && key !== undefined) focusOn(store, key);
  };
  return (
    <button type="button" className="btn btn--s" onClick={add}>
      <Plus className="i i--s" aria-hidden="true" />
      Add an exception path
    </button>
  );
}

/** The card that was just added says what mostly happens when a system refuses. */
function withReason(document: Parameters<typeof setField>[0]): ReturnType<typeof setField> {
  const nodes = fieldAt(document, ["nodes"]);
  const last: unknown = Array.isArray(nodes) ? nodes.at(-1) : null;
  const key = asText(entry(last, "id")) ?? "";
  return setField(document, { key, path: ["raise", "reason"], value: "downstream_reject" });
}
