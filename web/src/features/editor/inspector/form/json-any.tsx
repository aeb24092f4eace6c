import { useState } from "react";

import { Expression } from "../../code/expression";
import type { Json } from "../../model/text/value";
import { isExpression, useForm, type FieldProps } from "./context";
import { Labelled } from "./label";

/** JSON that keeps whole numbers of any length. */
function written(value: Json | undefined): string {
  return value === undefined ? "" : JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? Number(inner) : inner), 2);
}

/** Whatever no other field knows: JSON, kept as it was typed until it can be read. */
export function AnyField(field: FieldProps) {
  const { node, write, readOnly, templates } = useForm();
  const [asked, setAsked] = useState(false);
  const expression = isExpression(field.value) || asked;
  const toggle = (): void => setAsked(!expression);
  return (
    <Labelled field={field} {...(templates ? { expression: { on: expression, toggle } } : {})}>
      {(props) =>
        expression && (field.value === undefined || typeof field.value === "string") ? (
          <Expression label={field.label} value={typeof field.value === "string" ? field.value : ""} onChange={(value) => write(field.path, value === "" ? undefined : value)} node={node} />
        ) : (
          <JsonText {...props} value={field.value} readOnly={readOnly} onChange={(value) => write(field.path, value)} />
        )
      }
    </Labelled>
  );
}

interface JsonTextProps {
  readonly id?: string;
  readonly value: Json | undefined;
  readonly readOnly: boolean;
  readonly onChange: (value: Json | undefined) => void;
}

export function JsonText({ value, readOnly, onChange, ...props }: JsonTextProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const text = typed ?? written(value);
  const change = (next: string): void => {
    setTyped(next);
    if (next.trim() === "") {
      setProblem(null);
      onChange(undefined);
      return;
    }
    try {
      onChange(JSON.parse(next) as Json);
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "this is no JSON");
    }
  };
  return (
    <>
      <textarea {...props} className={problem === null ? "input mono" : "input mono is-bad"} rows={Math.min(10, Math.max(2, text.split("\n").length))} spellCheck={false} readOnly={readOnly} aria-invalid={problem !== null} value={text} onChange={(event) => change(event.target.value)} onBlur={() => (problem === null ? setTyped(null) : undefined)} />
      {problem === null ? null : <p className="help tx-risk">Not written yet, this does not read: {problem}</p>}
    </>
  );
}
