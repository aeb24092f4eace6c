import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";

import { Expression } from "../code/expression";
import { entry, isMap, type Json } from "../model/text/value";
import { useEditor } from "../state/context";
import { JsonText } from "./form/json-any";
import { useNodeField } from "./node-form";

/** Values by name, each an expression: what a later step reads as `steps.ID.NAME`. */
export function SetForm({ node, field }: { node: string; field: "set" | "input" }) {
  const { value, write } = useNodeField(node);
  const readOnly = useEditor((state) => state.readOnly);
  const now = entry(value, field);
  if (typeof now === "string") {
    return (
      <div className="field">
        <span className="label">Value</span>
        <Expression label="Value" value={now} onChange={(next) => write([field], next)} node={node} />
      </div>
    );
  }
  const map = isMap(now) ? now : {};
  return (
    <>
      {Object.keys(map).map((name) => (
        <ValueRow key={name} node={node} name={name} value={map[name]} write={(next) => write([field, name], next)} />
      ))}
      {readOnly ? null : <NewValue taken={map} add={(name) => write([field], { ...map, [name]: "" })} />}
    </>
  );
}

function ValueRow({ node, name, value, write }: { node: string; name: string; value: Json | undefined; write: (value: Json | undefined) => void }) {
  const readOnly = useEditor((state) => state.readOnly);
  return (
    <div className="field" role="group" aria-label={name}>
      <div className="label">
        <span className="mono">{name}</span>
        {readOnly ? null : (
          <button type="button" className="mini-btn push" aria-label={`Take away ${name}`} onClick={() => write(undefined)}>
            <Trash2 className="i i--s" aria-hidden="true" />
          </button>
        )}
      </div>
      {typeof value === "object" && value !== null ? <JsonText value={value} readOnly={readOnly} onChange={write} /> : <Expression label={name} value={value === undefined || value === null ? "" : String(value)} onChange={write} node={node} placeholder="{{ steps.… }}" />}
    </div>
  );
}

function NewValue({ taken, add }: { taken: object; add: (name: string) => void }) {
  const [name, setName] = useState("");
  const wanted = name.trim();
  const free = /^[A-Za-z_]\w*$/.test(wanted) && !Object.hasOwn(taken, wanted);
  const done = (): void => {
    if (!free) return;
    add(wanted);
    setName("");
  };
  return (
    <div className="row">
      <input
        className="input input--s"
        aria-label="Name of a new value"
        placeholder="Name, such as total"
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") done();
        }}
      />
      <button type="button" className="btn btn--s" disabled={!free} onClick={done}>
        <Plus className="i i--s" aria-hidden="true" />
        Add value
      </button>
    </div>
  );
}
