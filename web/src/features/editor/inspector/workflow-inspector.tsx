import { memo, useEffect, useState } from "react";

import { setWorkflowField } from "../model/commands/set-workflow-field";
import { fieldAt } from "../model/document";
import { valueAt, type Json, type JsonMap, type Path } from "../model/text/value";
import { documentValue } from "../model/document";
import { useDocument, useEditor, useRun } from "../state/context";
import { useCanvasActs } from "../canvas/acts";
import { SchemaForm } from "./form/field";
import { ReviewTab } from "./review-tab";
import { Panel, Tabs } from "./tabs";
import { WORKFLOW_FORMS } from "./workflow-schemas";

const TABS = [
  { id: "workflow", words: "Workflow" },
  { id: "exceptions", words: "Exceptions" },
  { id: "log", words: "Log" },
  { id: "review", words: "Review" },
];

/** Nothing is chosen: what the workflow says about itself. */
export const WorkflowInspector = memo(function WorkflowInspector() {
  const focused = useEditor((state) => state.focused);
  const [tab, setTab] = useState("workflow");
  useEffect(() => {
    if (focused.tab !== null && TABS.some((one) => one.id === focused.tab)) setTab(focused.tab);
    else if (focused.tab === "steps") setTab("workflow");
  }, [focused]);
  return (
    <>
      <header>
        <h2 className="h2">Workflow</h2>
        <p className="t12 c3">Choose a step to see what it takes and gives.</p>
      </header>
      <Tabs tabs={TABS} chosen={tab} onChoose={setTab} />
      <Panel label={TABS.find((one) => one.id === tab)?.words ?? ""}>{tab === "review" ? <ReviewTab /> : <PartForm part={tab} />}</Panel>
    </>
  );
});

/** The keys of the workflow that a form is about, and nothing else of it. */
function part(whole: JsonMap, keys: readonly string[]): Json {
  return Object.fromEntries(keys.flatMap((key) => (whole[key] === undefined ? [] : [[key, valueAt(whole, [key])]])));
}

const listLength = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

function PartForm({ part: name }: { part: string }) {
  const document = useDocument();
  const run = useRun();
  const acts = useCanvasActs();
  const form = WORKFLOW_FORMS[name];
  const readOnly = useEditor((state) => state.readOnly);
  const noSteps = listLength(fieldAt(document, ["nodes"])) === 0;
  if (!form) return null;
  const write = (path: Path, value: Json | undefined): void => void run((now) => setWorkflowField(now, { path: [...form.at, ...path], value }));
  const value = form.at.length ? fieldAt(document, form.at) : part(documentValue(document), Object.keys(form.schema["properties"] as object));
  return (
    <>
      {form.words ? <p className="help">{form.words}</p> : null}
      {name === "workflow" && noSteps && !readOnly ? (
        <button type="button" className="btn btn--s" onClick={() => acts.addAfter()}>
          Add the first step
        </button>
      ) : null}
      <SchemaForm key={name} schema={form.schema} value={value} node={null} templates={false} write={write} />
    </>
  );
}
