import { Mark, type MarkName } from "@/components/mark";

import { setReview, type Stage } from "../model/commands/set-review";
import { setWorkflowField } from "../model/commands/set-workflow-field";
import { fieldAt } from "../model/document";
import { reviewGate } from "../model/graph/gate";
import { asText, isMap, without } from "../model/text/value";
import { useDocument, useEditor, useRun } from "../state/context";
import { SchemaForm } from "./form/field";
import { APPROVALS, REVIEW } from "./workflow-schemas";

const STAGES: readonly (readonly [stage: Stage, title: string, words: string, mark: MarkName])[] = [
  ["draft", "Draft", "Nothing runs.", "draft"],
  ["shadow", "Shadow", "It runs; writes are computed and recorded, none is sent.", "skip"],
  ["review", "Review", "Every write waits for a person.", "gate"],
  ["live", "Live", "Writes leave at once, where the evidence and a sign-off allow it.", "done"],
  ["paused", "Paused", "No new run begins.", "pause"],
];

/** The stage, who approves, and when the review ends. */
export function ReviewTab() {
  const document = useDocument();
  const run = useRun();
  const readOnly = useEditor((state) => state.readOnly);
  const stage = asText(fieldAt(document, ["review", "stage"]));
  const review = fieldAt(document, ["review"]);
  const gate = reviewGate(document);
  return (
    <>
      <fieldset className="stack" disabled={readOnly}>
        <legend className="label">Stage</legend>
        {STAGES.map(([value, title, words, mark]) => (
          <label className="pick" key={value}>
            <input type="radio" name="stage" value={value} checked={stage === value} onChange={() => run((now) => setReview(now, { stage: value }))} />
            <span>
              <span className="row med">
                <Mark name={mark} small />
                {title}
              </span>
              <span className="t12 c3">{words}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {gate?.state === "waits" ? (
        <div className="note note--review t12">
          <Mark name="gate" />
          <span>
            <b>{`Now ${gate.words}.`}</b> Silence is never a yes.
          </span>
        </div>
      ) : null}
      <SchemaForm schema={REVIEW} value={isMap(review) ? without(review, "stage") : undefined} node={null} templates={false} write={(path, value) => void run((now) => setWorkflowField(now, { path: ["review", ...path], value }))} />
      <h3 className="h3">Approvals</h3>
      <SchemaForm schema={APPROVALS} value={fieldAt(document, ["approvals"])} node={null} templates={false} write={(path, value) => void run((now) => setWorkflowField(now, { path: ["approvals", ...path], value }))} />
    </>
  );
}
