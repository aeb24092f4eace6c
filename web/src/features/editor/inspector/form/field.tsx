import { words } from "@/lib/format";

import type { Schema } from "../../api";
import type { Json, Path } from "../../model/text/value";
import { useEditor } from "../../state/context";
import { FormContext, useForm, type FieldProps } from "./context";
import { AnyField } from "./json-any";
import { DueField, NodeField, OwnerField } from "./known-fields";
import { ListField, NestedObject, ObjectFields, VariantField } from "./nested-fields";
import { BooleanField, ChoiceField, NumberField, TextField } from "./plain-fields";
import { shapeOf } from "./schema";

/** One field, drawn by what its schema says. */
export function SchemaField(field: FieldProps) {
  const { root } = useForm();
  const shape = shapeOf(field.schema, root);
  switch (field.schema["x-editor"]) {
    case "owner":
      return <OwnerField {...field} />;
    case "due":
      return <DueField {...field} />;
    case "node":
      return <NodeField {...field} />;
    default:
  }
  switch (shape.kind) {
    case "text":
      return typeof field.value === "object" && field.value !== null ? <AnyField {...field} /> : <TextField {...field} shape={shape} />;
    case "number":
      return <NumberField {...field} shape={shape} />;
    case "boolean":
      return <BooleanField {...field} />;
    case "choice":
      return <ChoiceField {...field} choices={shape.choices} />;
    case "list":
      return <ListField {...field} shape={shape} />;
    case "object":
      return <NestedObject {...field} />;
    case "variants":
      return <VariantField {...field} variants={shape.variants} />;
    case "any":
      return <AnyField {...field} />;
  }
}

interface FormProps {
  readonly schema: Schema;
  readonly value: Json | undefined;
  readonly node: string | null;
  readonly write: (path: Path, value: Json | undefined) => void;
  readonly templates?: boolean;
}

/** The form of a schema. What it writes is below the value that it was given. */
export function SchemaForm({ schema, value, node, write, templates = true }: FormProps) {
  const readOnly = useEditor((state) => state.readOnly);
  const fields = shapeOf(schema, schema);
  return (
    <FormContext.Provider value={{ node, root: schema, readOnly, templates, write }}>
      {fields.kind === "object" ? <ObjectFields schema={schema} value={value} path={[]} /> : <SchemaField schema={schema} value={value} path={[]} label={words("value")} required={false} />}
    </FormContext.Provider>
  );
}
