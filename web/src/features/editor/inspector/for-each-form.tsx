import { Expression } from "../code/expression";
import { entry, isList, shown, type Json } from "../model/text/value";
import { openOverlay } from "../state/editor-store";
import { useEditor, useEditorStore } from "../state/context";
import { SchemaForm } from "./form/field";
import { useNodeField } from "./node-form";

const BOUNDS = {
  type: "object",
  properties: {
    parallel: { type: "integer", title: "Items at the same time", minimum: 1, examples: ["4"], default: 1 },
    succeed: { title: "How many must succeed", anyOf: [{ title: "All", const: "all" }, { title: "A number", type: "integer", minimum: 1 }, { title: "A share", type: "string", examples: ["90%"] }] },
  },
};

/** Only what the form below is about. */
function bounds(value: Json): Json {
  const parts = (["parallel", "succeed"] as const).flatMap((key) => {
    const part = entry(value, key);
    return part === undefined ? [] : [[key, part] as const];
  });
  return Object.fromEntries(parts);
}

export function ForEachForm({ node }: { node: string }) {
  const { value, write } = useNodeField(node);
  const store = useEditorStore();
  const readOnly = useEditor((state) => state.readOnly);
  const body = entry(value, "do");
  const empty = !isList(body) || body.length === 0;
  return (
    <>
      <div className="field">
        <span className="label">
          List <span className="c3">required</span>
        </span>
        <Expression label="List" value={shown(entry(value, "for_each"))} onChange={(next) => write(["for_each"], next)} node={node} placeholder="{{ steps.job.lines }}" />
        <p className="help">
          In its steps <span className="mono">item</span> is one of them, <span className="mono">index</span> its number from 0.
        </p>
      </div>
      {readOnly ? null : (
        <button type="button" className="btn btn--s" onClick={() => openOverlay(store, { kind: "palette", spot: { at: { x: 24, y: 48 + (empty ? 0 : 128) }, parent: node }, near: "for each item" })}>
          {empty ? "Add the first step for each item" : "Add another step for each item"}
        </button>
      )}
      <SchemaForm key={node} schema={BOUNDS} value={bounds(value)} node={node} write={write} />
    </>
  );
}
