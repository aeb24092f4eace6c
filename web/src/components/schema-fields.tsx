import type { Draft, FieldKind, SchemaField } from "@/lib/schema-form";

import { Field } from "./field";

interface SchemaFieldsProps {
  fields: readonly SchemaField[];
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** By field; shown only once somebody tried to send. */
  problems: Readonly<Record<string, string>>;
}

export function SchemaFields({ fields, draft, onChange, problems }: SchemaFieldsProps) {
  return fields.map((field) => <SchemaInput key={field.name} field={field} value={draft[field.name] ?? ""} problem={problems[field.name]} onChange={(value) => onChange({ ...draft, [field.name]: value })} />);
}

const TYPES: Partial<Record<FieldKind, string>> = { email: "email", url: "url", date: "date", time: "datetime-local" };

interface InputProps {
  field: SchemaField;
  value: string;
  problem: string | undefined;
  onChange: (value: string) => void;
}

function SchemaInput({ field, value, problem, onChange }: InputProps) {
  const label = field.required ? field.title : `${field.title} (optional)`;
  if (field.kind === "yes_no") {
    return (
      <label className="pick">
        <input type="checkbox" checked={value === "true"} onChange={(event) => onChange(event.target.checked ? "true" : "")} />
        <span>
          {field.title}
          {field.help ? <span className="c3"> {field.help}</span> : null}
        </span>
      </label>
    );
  }
  const said = problem ?? field.help ?? (field.kind === "json" ? "As JSON." : undefined);
  return (
    <Field label={label} {...(said === undefined ? {} : { help: said })}>
      {(props) => {
        const common = { ...props, value, "aria-invalid": problem !== undefined, required: field.required };
        if (field.kind === "choice") {
          return (
            <select {...common} className="input" onChange={(event) => onChange(event.target.value)}>
              <option value="">{field.required ? "Choose one" : "Not said"}</option>
              {field.options.map((option) => (
                <option key={option}>{option}</option>
              ))}
            </select>
          );
        }
        const looks = `input${field.kind === "json" ? " mono" : ""}${problem === undefined ? "" : " is-bad"}`;
        if (field.kind === "text" || field.kind === "json") return <textarea {...common} className={looks} rows={3} spellCheck={field.kind === "text"} onChange={(event) => onChange(event.target.value)} />;
        return <input {...common} className={looks} type={TYPES[field.kind] ?? "text"} inputMode={field.kind === "whole" ? "numeric" : field.kind === "number" ? "decimal" : undefined} onChange={(event) => onChange(event.target.value)} />;
      }}
    </Field>
  );
}
