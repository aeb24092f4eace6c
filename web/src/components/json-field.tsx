import { Field } from "./field";

export type Read = { ok: true; value: unknown } | { ok: false; problem: string };

export function readJson(text: string): Read {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : "This is no JSON" };
  }
}

interface JsonFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  problem: string | null;
}

export function JsonField({ label, value, onChange, problem }: JsonFieldProps) {
  return (
    <Field label={label} help={problem === null ? "JSON, as the action takes it." : `This does not read: ${problem}`}>
      {(props) => (
        <textarea
          {...props}
          className={problem === null ? "input mono" : "input mono is-bad"}
          rows={Math.min(Math.max(value.split("\n").length, 4), 18)}
          spellCheck={false}
          value={value}
          aria-invalid={problem !== null}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
