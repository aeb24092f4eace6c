import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { useState } from "react";

import { words } from "@/lib/format";

import { Expression } from "../../code/expression";
import type { Schema } from "../../api";
import { entry, isList, isMap, type Json } from "../../model/text/value";
import { isExpression, useForm, type FieldProps } from "./context";
import { SchemaField } from "./field";
import { Labelled } from "./label";
import { blankOf, effective, matches, shapeOf, type Shape, type Variant } from "./schema";

export const titleOf = (schema: Schema, name: string): string => (typeof schema["title"] === "string" && schema["title"] !== "" ? schema["title"] : words(name));

/** The fields of an object, what depends on others with them; keys that the schema does not name are shown too, and kept. */
export function ObjectFields({ schema: given, value, path }: Pick<FieldProps, "schema" | "value" | "path">) {
  const { root } = useForm();
  const schema = effective(given, value, root);
  const shape = shapeOf(schema, root);
  if (shape.kind !== "object") return null;
  const named = new Set(shape.fields.map(([name]) => name));
  const others = isMap(value) ? Object.keys(value).filter((key) => !named.has(key) && value[key] !== undefined) : [];
  return (
    <>
      {shape.fields.map(([name, one]) => (
        <SchemaField key={name} schema={one} value={entry(value, name)} path={[...path, name]} label={titleOf(one, name)} required={shape.required.has(name)} />
      ))}
      {others.map((name) => (
        <SchemaField key={name} schema={shape.rest ?? {}} value={entry(value, name)} path={[...path, name]} label={name} required={false} />
      ))}
      {shape.rest ? <AddKey path={path} rest={shape.rest} taken={value} /> : null}
    </>
  );
}

/** Adds an entry of which only the kind is known. */
function AddKey({ path, rest, taken }: { path: FieldProps["path"]; rest: Schema; taken: Json | undefined }) {
  const { write, readOnly, root } = useForm();
  const [name, setName] = useState("");
  if (readOnly) return null;
  const free = name.trim() !== "" && entry(taken, name.trim()) === undefined;
  const add = (): void => {
    if (!free) return;
    write([...path, name.trim()], blankOf(rest, root) as Json);
    setName("");
  };
  return (
    <div className="row">
      <input
        className="input input--s"
        aria-label="Name of a new entry"
        placeholder="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") add();
        }}
      />
      <button type="button" className="btn btn--s" disabled={!free} onClick={add}>
        <Plus className="i i--s" aria-hidden="true" />
        Add entry
      </button>
    </div>
  );
}

export function NestedObject(field: FieldProps) {
  const { templates } = useForm();
  const [asked, setAsked] = useState(false);
  const on = isExpression(field.value) || (asked && !isMap(field.value));
  return (
    <Labelled field={field} {...(templates ? { expression: { on, toggle: () => setAsked(!on) } } : {})}>
      {() => (on ? <WholeExpression {...field} /> : <div className="inner" role="group" aria-label={field.label}>{<ObjectFields schema={field.schema} value={isMap(field.value) ? field.value : undefined} path={field.path} />}</div>)}
    </Labelled>
  );
}

function WholeExpression(field: FieldProps) {
  const { node, write } = useForm();
  return <Expression label={field.label} value={typeof field.value === "string" ? field.value : ""} onChange={(value) => write(field.path, value === "" ? undefined : value)} node={node} />;
}

export function ListField({ shape, ...field }: FieldProps & { shape: Extract<Shape, { kind: "list" }> }) {
  const { templates, write, readOnly, root } = useForm();
  const items = isList(field.value) ? field.value : null;
  const [asked, setAsked] = useState(false);
  const on = isExpression(field.value) || (asked && items === null);
  const put = (next: readonly Json[]): void => write(field.path, next.length || field.required ? next : undefined);
  return (
    <Labelled field={field} {...(templates ? { expression: { on, toggle: () => setAsked(!on) } } : {})}>
      {() =>
        on ? (
          <WholeExpression {...field} />
        ) : (
          <div className="inner" role="group" aria-label={field.label}>
            {items?.map((item, index) => (
              <ListItem key={index} index={index} items={items} item={item} schema={shape.item} field={field} put={put} />
            ))}
            {readOnly ? null : (
              <button type="button" className="btn btn--s" onClick={() => put([...(items ?? []), blankOf(shape.item, root) as Json])}>
                <Plus className="i i--s" aria-hidden="true" />
                Add to {field.label.toLowerCase()}
              </button>
            )}
          </div>
        )
      }
    </Labelled>
  );
}

interface ItemProps {
  readonly index: number;
  readonly items: readonly Json[];
  readonly item: Json;
  readonly schema: Schema;
  readonly field: FieldProps;
  readonly put: (items: readonly Json[]) => void;
}

function ListItem({ index, items, item, schema, field, put }: ItemProps) {
  const { readOnly, root } = useForm();
  const name = `${field.label} ${index + 1}`;
  const swap = (other: number): void => put(items.map((one, at) => (at === index ? (items[other] ?? null) : at === other ? item : one)));
  return (
    <div className="item-box" role="group" aria-label={name}>
      {readOnly ? null : (
        <div className="item-tools">
          <span className="t11 c3">{index + 1}</span>
          <button type="button" className="mini-btn push" aria-label={`Move ${name} up`} disabled={index === 0} onClick={() => swap(index - 1)}>
            <ArrowUp className="i i--s" aria-hidden="true" />
          </button>
          <button type="button" className="mini-btn" aria-label={`Move ${name} down`} disabled={index === items.length - 1} onClick={() => swap(index + 1)}>
            <ArrowDown className="i i--s" aria-hidden="true" />
          </button>
          <button type="button" className="mini-btn" aria-label={`Take away ${name}`} onClick={() => put(items.filter((_, at) => at !== index))}>
            <Trash2 className="i i--s" aria-hidden="true" />
          </button>
        </div>
      )}
      {shapeOf(schema, root).kind === "object" && isMap(item) ? <ObjectFields schema={schema} value={item} path={[...field.path, index]} /> : <SchemaField schema={schema} value={item} path={[...field.path, index]} label={titleOf(schema, name)} required />}
    </div>
  );
}

/** One of several ways: the one that fits is chosen, another begins anew. */
export function VariantField({ variants, ...field }: FieldProps & { variants: readonly Variant[] }) {
  const { root, write, readOnly } = useForm();
  const fitting = field.value === undefined ? -1 : variants.findIndex((one) => matches(one.schema, field.value, root));
  const at = fitting < 0 && field.value !== undefined ? variants.length : fitting;
  const chosen = variants[at];
  return (
    <Labelled field={field}>
      {(props) => (
        <div className="stack">
          <select {...props} className="input" value={at} disabled={readOnly} onChange={(event) => write(field.path, variantBlank(variants[Number(event.target.value)], root))}>
            <option value={-1}>Not said</option>
            {variants.map((one, index) => (
              <option key={one.title + String(index)} value={index}>
                {one.title}
              </option>
            ))}
            {at === variants.length ? <option value={at}>Another form, shown as JSON</option> : null}
          </select>
          {field.value === undefined ? null : <SchemaField schema={chosen?.schema ?? {}} value={field.value} path={field.path} label={chosen?.title ?? "Value"} required />}
        </div>
      )}
    </Labelled>
  );
}

const variantBlank = (variant: Variant | undefined, root: Schema): Json | undefined => (variant ? (blankOf(variant.schema, root) as Json) : undefined);
