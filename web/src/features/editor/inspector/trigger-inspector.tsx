import { useState } from "react";

import { triggerIcon } from "../canvas/kinds";
import { Expression } from "../code/expression";
import { setTrigger } from "../model/commands/set-trigger";
import { setWorkflowField } from "../model/commands/set-workflow-field";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { fieldAt } from "../model/document";
import { asText, entry } from "../model/text/value";
import { connectorOf } from "../state/catalog";
import { openOverlay } from "../state/editor-store";
import { useDocument, useEditor, useEditorStore, useRun } from "../state/context";
import { SchemaForm } from "./form/field";
import { ConnectionField } from "./node-form";
import { OutputTab } from "./output-tab";
import { Panel, Tabs } from "./tabs";

const TABS = [
  { id: "input", words: "Starts when" },
  { id: "output", words: "Event" },
];

/** What starts a run. */
export function TriggerInspector() {
  const store = useEditorStore();
  const document = useDocument();
  const catalog = useEditor((state) => state.catalog);
  const readOnly = useEditor((state) => state.readOnly);
  const [tab, setTab] = useState("input");
  const trigger = fieldAt(document, ["trigger"]);
  const on = asText(entry(trigger, "on")) ?? "";
  const known = catalog.triggers.get(on);
  const Icon = triggerIcon(known?.kind, on);
  return (
    <>
      <header>
        <div className="row">
          <Icon className="i i--l" aria-hidden="true" />
          <h2 className="h2 cut">{known?.title ?? (on || "No trigger yet")}</h2>
        </div>
        <p className="t12 c3">{known?.description ?? "What starts a run of this workflow."}</p>
      </header>
      <Tabs tabs={TABS} chosen={tab} onChoose={setTab} />
      {tab === "output" ? (
        <Panel label="Event">
          <OutputTab node={TRIGGER_KEY} />
        </Panel>
      ) : (
        <Panel label="Starts when">
          {readOnly ? null : (
            <button type="button" className={on ? "btn btn--s" : "btn btn--go"} onClick={() => openOverlay(store, { kind: "trigger" })}>
              {on ? "Choose another trigger" : "Choose a trigger"}
            </button>
          )}
          {on ? <TriggerFields on={on} /> : <p className="c2">Nothing says yet what starts a run. Until then it cannot be published.</p>}
        </Panel>
      )}
    </>
  );
}

function TriggerFields({ on }: { on: string }) {
  const run = useRun();
  const document = useDocument();
  const catalog = useEditor((state) => state.catalog);
  const trigger = fieldAt(document, ["trigger"]);
  const known = catalog.triggers.get(on);
  const set = (fields: Parameters<typeof setTrigger>[1]): void => void run((now) => setTrigger(now, fields));
  return (
    <>
      {known?.connector === null ? null : <ConnectionField value={asText(entry(trigger, "connection")) ?? ""} connector={connectorOf(on)} onChange={(next) => set({ connection: next === "" ? null : next })} />}
      <SchemaForm key={on} schema={known?.config ?? { type: "object", additionalProperties: true }} value={entry(trigger, "with")} node={null} templates={false} write={(path, next) => void run((now) => setWorkflowField(now, { path: ["trigger", "with", ...path], value: next }))} />
      <div className="field">
        <span className="label">
          An event is the same as before by <span className="c3">dedupe</span>
        </span>
        <Expression label="Dedupe" value={asText(entry(trigger, "dedupe")) ?? ""} onChange={(next) => set({ dedupe: next === "" ? null : next })} node={null} placeholder="{{ event.delivery_id }}" />
        <p className="help">The same key within 30 days starts one run.</p>
      </div>
    </>
  );
}
