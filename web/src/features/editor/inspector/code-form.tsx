import { lazy, Suspense } from "react";

import { asText, entry } from "../model/text/value";
import { sealStep } from "../state/editor-store";
import { useEditor, useEditorStore } from "../state/context";
import { useNodeField } from "./node-form";
import { SetForm } from "./set-form";

const CodeField = lazy(() => import("../code/code-field"));

/** The body of a function, and what it is given. */
export function CodeForm({ node }: { node: string }) {
  const { value, write } = useNodeField(node);
  const store = useEditorStore();
  const readOnly = useEditor((state) => state.readOnly);
  return (
    <>
      <div className="field">
        <span className="label">
          Code <span className="c3">JavaScript, the body of a function of input</span>
        </span>
        <div className="expr">
          <Suspense fallback={<div className="code-box code-box--8" />}>
            <CodeField label="Code" value={asText(entry(value, "code")) ?? ""} onChange={(next) => write(["code"], next)} onLeave={() => sealStep(store)} kind="code" scope={{}} readOnly={readOnly} lines={8} />
          </Suspense>
        </div>
        <p className="help">It sees input alone: no network, no files, no clock. What it returns is the step’s output.</p>
      </div>
      <h3 className="h3">Input</h3>
      <SetForm node={node} field="input" />
    </>
  );
}
