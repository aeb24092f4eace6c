import { useId, type ReactNode } from "react";

interface FieldProps {
  label: string;
  help?: ReactNode;
  children: (props: { id: string; "aria-describedby"?: string }) => ReactNode;
}

export function Field({ label, help, children }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(help === undefined ? { id } : { id, "aria-describedby": `${id}-help` })}
      {help === undefined ? null : (
        <p className="help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

export interface Option<T extends string> {
  value: T;
  label: ReactNode;
}

interface SegmentsProps<T extends string> {
  label: string;
  options: readonly Option<T>[];
  value: T;
  onChange: (value: T) => void;
  /** So many that a phone would cut them: there it is a list to choose from. */
  many?: boolean;
}

/** A few choices side by side; the chosen one is pressed. */
export function Segments<T extends string>(props: SegmentsProps<T>) {
  const { label, options, value, onChange, many = false } = props;
  const pressed = (
    <div className={many ? "seg seg--many" : "seg"} role="group" aria-label={label}>
      {options.map((option) => (
        <button type="button" key={option.value} aria-pressed={option.value === value} onClick={() => onChange(option.value)}>
          {option.label}
        </button>
      ))}
    </div>
  );
  return many ? (
    <>
      {pressed}
      <select className="input input--inline seg-list" aria-label={label} value={value} onChange={(event) => onChange(event.target.value as T)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </>
  ) : (
    pressed
  );
}
