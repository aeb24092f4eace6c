import { FunctionSquare, X } from "lucide-react";
import { useId, type ReactNode } from "react";

import type { Schema } from "../../api";
import { useForm, type FieldProps } from "./context";

interface Props {
  readonly field: Pick<FieldProps, "label" | "required" | "schema" | "path" | "value">;
  /** Whether the field itself can be written as an expression, and is. */
  readonly expression?: { readonly on: boolean; readonly toggle: () => void };
  readonly children: (props: { readonly id: string; readonly "aria-describedby"?: string }) => ReactNode;
}

export const helpOf = (schema: Schema): string | null => (typeof schema["description"] === "string" ? schema["description"] : null);

/** An example as it stands in an empty field. */
export function exampleOf(schema: Schema): string | undefined {
  const [example] = Array.isArray(schema["examples"]) ? (schema["examples"] as unknown[]) : [];
  if (typeof example === "string") return example;
  const usual = schema["default"];
  return typeof usual === "string" || typeof usual === "number" ? String(usual) : undefined;
}

/** A label with what belongs to it: is it required, can it be an expression, can it be taken away, what is it. */
export function Labelled({ field, expression, children }: Props) {
  const id = useId();
  const { readOnly, write } = useForm();
  const help = helpOf(field.schema);
  return (
    <div className="field">
      <div className="label">
        <label htmlFor={id}>{field.label}</label>
        {field.required ? <span className="c3">required</span> : null}
        {expression && !readOnly ? (
          <button type="button" className="mini-btn push" aria-pressed={expression.on} title={expression.on ? "Write it plainly" : "Write an expression"} aria-label={`${field.label}: ${expression.on ? "write it plainly" : "write an expression"}`} onClick={expression.toggle}>
            <FunctionSquare className="i i--s" aria-hidden="true" />
          </button>
        ) : null}
        {!field.required && field.value !== undefined && !readOnly ? (
          <button type="button" className={expression ? "mini-btn" : "mini-btn push"} title="Leave it out" aria-label={`Leave out ${field.label}`} onClick={() => write(field.path, undefined)}>
            <X className="i i--s" aria-hidden="true" />
          </button>
        ) : null}
      </div>
      {children(help === null ? { id } : { id, "aria-describedby": `${id}-help` })}
      {help === null ? null : (
        <p className="help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}
