import { useState } from "react";

import { Expression } from "../../code/expression";
import { equal, shown, type Json } from "../../model/text/value";
import { isExpression, useForm, type FieldProps } from "./context";
import { exampleOf, Labelled } from "./label";
import type { Choice, Shape } from "./schema";

/** Texts: plain, or with expressions in them. */
export function TextField({ shape, ...field }: FieldProps & { shape: Extract<Shape, { kind: "text" }> }) {
  const { node, templates, write, readOnly } = useForm();
  const text = field.value === undefined || field.value === null ? "" : shown(field.value);
  const change = (value: string): void => write(field.path, value === "" && !field.required ? undefined : value);
  const example = exampleOf(field.schema);
  return (
    <Labelled field={field}>
      {(props) =>
        templates ? (
          <Expression label={field.label} value={text} onChange={change} node={node} lines={shape.long ? 3 : 1} {...(example === undefined ? {} : { placeholder: example })} />
        ) : (
          <input {...props} className="input" type={INPUTS[shape.format ?? ""] ?? "text"} value={text} placeholder={example} readOnly={readOnly} onChange={(event) => change(event.target.value)} />
        )
      }
    </Labelled>
  );
}

const INPUTS: Readonly<Record<string, string>> = { email: "email", uri: "url", date: "date" };

/** Whether the field is written as an expression: it is one, or somebody asked for one. */
function useAsExpression(field: FieldProps) {
  const { templates, write } = useForm();
  // Who types over an expression stays in the same field.
  const [asked, setAsked] = useState(isExpression(field.value));
  const on = isExpression(field.value) || (asked && typeof field.value !== "object");
  const toggle = (): void => {
    setAsked(!on);
    if (on || field.value !== undefined) write(field.path, undefined);
  };
  return { on, shown: templates ? { on, toggle } : undefined };
}

function AsExpression({ parse, ...field }: FieldProps & { parse?: (text: string) => Json | null }) {
  const { node, write } = useForm();
  return <Expression label={field.label} value={shown(field.value)} onChange={(value) => write(field.path, value === "" ? undefined : (parse?.(value) ?? value))} node={node} placeholder="{{ steps.… }}" />;
}

/** A number as it is typed: what is none yet stays on the screen and is not written. */
export function numberOf(text: string, whole: boolean): number | bigint | null {
  if (!/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) || (whole && !/^-?\d+$/.test(text))) return null;
  const number = Number(text);
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text) : number;
}

export function NumberField({ shape, ...field }: FieldProps & { shape: Extract<Shape, { kind: "number" }> }) {
  const { write, readOnly } = useForm();
  const { on, shown: expression } = useAsExpression(field);
  const written = field.value === undefined || field.value === null ? "" : shown(field.value);
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? written;
  const bad = text !== "" && numberOf(text, shape.whole) === null;
  const change = (next: string): void => {
    setTyped(next);
    const number = numberOf(next.trim(), shape.whole);
    if (next.trim() === "") write(field.path, undefined);
    else if (number !== null) write(field.path, number);
  };
  return (
    <Labelled field={field} {...(expression ? { expression } : {})}>
      {(props) =>
        on ? (
          <AsExpression {...field} parse={(next) => numberOf(next, shape.whole)} />
        ) : (
          <>
            <input {...props} className={bad ? "input is-bad" : "input"} inputMode="decimal" value={text} placeholder={exampleOf(field.schema)} readOnly={readOnly} aria-invalid={bad} onChange={(event) => change(event.target.value)} onBlur={() => setTyped(bad ? text : null)} />
            {bad ? <p className="help tx-risk">{shape.whole ? "A whole number" : "A number"} is needed: this is not written yet.</p> : null}
          </>
        )
      }
    </Labelled>
  );
}

export function ChoiceField({ choices, ...field }: FieldProps & { choices: readonly Choice[] }) {
  const { write, readOnly } = useForm();
  const { on, shown: expression } = useAsExpression(field);
  const at = choices.findIndex((choice) => equal(choice.value, field.value));
  const foreign = field.value !== undefined && field.value !== null && at < 0;
  return (
    <Labelled field={field} {...(expression ? { expression } : {})}>
      {(props) =>
        on ? (
          <AsExpression {...field} />
        ) : (
          <select {...props} className="input" value={foreign ? "foreign" : String(at)} disabled={readOnly} onChange={(event) => write(field.path, choices[Number(event.target.value)]?.value as Json | undefined)}>
            <option value="-1">{exampleOf(field.schema) === undefined ? "Not said" : `Not said: ${exampleOf(field.schema) ?? ""}`}</option>
            {foreign ? <option value="foreign">{shown(field.value)} (not among the choices)</option> : null}
            {choices.map((choice, index) => (
              <option key={choice.label} value={index}>
                {choice.label}
              </option>
            ))}
          </select>
        )
      }
    </Labelled>
  );
}

const YES_NO: readonly Choice[] = [
  { value: true, label: "Yes" },
  { value: false, label: "No" },
];

export const BooleanField = (field: FieldProps) => <ChoiceField {...field} choices={YES_NO} />;
