import { useQuery } from "@tanstack/react-query";

import { useWorkspace } from "@/lib/workspace";

import { connectionsOptions } from "../api";
import { Expression } from "../code/expression";
import { setField } from "../model/commands/set-field";
import { kindOf, type NodeKind } from "../model/node";
import { nodeIndex } from "../model/node-index";
import { asText, entry, isMap, type Json, type Path } from "../model/text/value";
import { connectorOf } from "../state/catalog";
import { useDocument, useEditor, useRun } from "../state/context";
import { CodeForm } from "./code-form";
import { SchemaForm } from "./form/field";
import { Suggested } from "./form/known-fields";
import { KIND_SCHEMAS } from "./kind-schemas";
import { ForEachForm } from "./for-each-form";
import { SetForm } from "./set-form";
import { SwitchForm } from "./switch-form";

interface Props {
  readonly node: string;
}

/** Reads and writes a field of a node. */
export function useNodeField(key: string): { readonly value: Json; readonly write: (path: Path, value: Json | undefined) => void } {
  const run = useRun();
  const value = nodeIndex(useDocument()).byKey.get(key)?.node ?? null;
  return { value, write: (path, next) => void run((document) => setField(document, { key, path, value: next })) };
}

/** What a step takes, whatever its kind. */
export function NodeForm({ node }: Props) {
  const { value, write } = useNodeField(node);
  const kind = kindOf(value);
  const schema = KIND_SCHEMAS[kind];
  if (schema) return <SchemaForm key={node} schema={schema} value={payload(value, kind)} node={node} write={(path, next) => write([kind, ...path], next)} />;
  switch (kind) {
    case "action":
      return <ActionForm node={node} />;
    case "switch":
      return <SwitchForm node={node} />;
    case "set":
      return <SetForm node={node} field="set" />;
    case "for_each":
      return <ForEachForm node={node} />;
    case "code":
      return <CodeForm node={node} />;
    case "call":
      return <CallForm node={node} />;
    default:
      return <UnknownForm node={node} />;
  }
}

/** `end: true` says nothing that a form could show. */
function payload(value: Json, kind: NodeKind): Json | undefined {
  const inner = entry(value, kind);
  return kind === "end" && !isMap(inner) ? undefined : inner;
}

export function ConnectionField({ value, connector, onChange }: { value: string; connector: string; onChange: (value: string) => void }) {
  const workspace = useWorkspace((state) => state.workspace);
  const readOnly = useEditor((state) => state.readOnly);
  const all = useQuery(connectionsOptions(workspace)).data;
  const fitting = all?.filter((one) => one.connector === connector) ?? [];
  const missing = all !== undefined && fitting.length === 0;
  return (
    <label className="field">
      <span className="label">
        Connection <span className="c3">required</span>
      </span>
      <Suggested value={value} onChange={onChange} options={fitting.map((one) => ({ value: one.name, words: one.account ?? one.connector }))} placeholder={fitting[0]?.name ?? connector} readOnly={readOnly} label="Connection" />
      {missing ? <span className="help tx-exc">There is no connection to {connector || "this system"} yet. Connections makes one.</span> : null}
    </label>
  );
}

function ActionForm({ node }: Props) {
  const { value, write } = useNodeField(node);
  const catalog = useEditor((state) => state.catalog);
  const action = asText(entry(value, "action")) ?? "";
  const known = catalog.actions.get(action);
  const input = entry(value, "with");
  return (
    <>
      <ActionChoice value={action} onChange={(next) => write(["action"], next)} />
      {known?.connector.connector === "code" ? null : <ConnectionField value={asText(entry(value, "connection")) ?? ""} connector={connectorOf(action)} onChange={(next) => write(["connection"], next === "" ? undefined : next)} />}
      {typeof input === "string" ? (
        <WholeInput node={node} value={input} onChange={(next) => write(["with"], next === "" ? undefined : next)} />
      ) : (
        <SchemaForm key={`${node} ${action}`} schema={known?.input ?? { type: "object", additionalProperties: true }} value={input} node={node} write={(path, next) => write(["with", ...path], next)} />
      )}
    </>
  );
}

/** All of the input as one expression. */
function WholeInput({ node, value, onChange }: { node: string; value: string; onChange: (value: string) => void }) {
  return (
    <div className="field">
      <span className="label">Input, one expression for all of it</span>
      <Expression label="Input" value={value} onChange={onChange} node={node} />
    </div>
  );
}

function ActionChoice({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const catalog = useEditor((state) => state.catalog);
  const readOnly = useEditor((state) => state.readOnly);
  const connector = catalog.actions.get(value)?.connector;
  if (connector && value) {
    return (
      <label className="field">
        <span className="label">Action</span>
        <select className="input" value={value} disabled={readOnly} onChange={(event) => onChange(event.target.value)}>
          {connector.actions.map((one) => (
            <option key={one.action} value={one.action}>
              {one.title}
            </option>
          ))}
        </select>
      </label>
    );
  }
  return (
    <label className="field">
      <span className="label">Action</span>
      <Suggested value={value} onChange={onChange} options={[...catalog.actions.values()].map((one) => ({ value: one.action, words: `${one.connector.name}: ${one.title}` }))} placeholder="projects.get_job" readOnly={readOnly} label="Action" />
      {value && catalog.actions.size ? <span className="help tx-exc">No connector that is installed has this action. What it takes is shown as it is written.</span> : null}
    </label>
  );
}

function CallForm({ node }: Props) {
  const { value, write } = useNodeField(node);
  const readOnly = useEditor((state) => state.readOnly);
  const input = entry(value, "with");
  return (
    <>
      <label className="field">
        <span className="label">
          Workflow <span className="c3">required</span>
        </span>
        <input className="input mono" value={asText(entry(value, "call")) ?? ""} readOnly={readOnly} placeholder="invoice-readiness" onChange={(event) => write(["call"], event.target.value)} />
      </label>
      {typeof input === "string" ? (
        <WholeInput node={node} value={input} onChange={(next) => write(["with"], next === "" ? undefined : next)} />
      ) : (
        <SchemaForm key={node} schema={{ type: "object", additionalProperties: true }} value={input} node={node} write={(path, next) => write(["with", ...path], next)} />
      )}
    </>
  );
}

function UnknownForm({ node }: Props) {
  const { value, write } = useNodeField(node);
  return (
    <>
      <div className="note note--exc">This step is in a form that is not known here. It is kept as it is; the menu above makes another kind of it.</div>
      <SchemaForm key={node} schema={{ type: "object", additionalProperties: true }} value={value} node={node} write={write} templates={false} />
    </>
  );
}
