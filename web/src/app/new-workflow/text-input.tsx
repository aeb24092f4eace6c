import { FileUp } from "lucide-react";
import { useRef } from "react";

import { Field } from "@/components/field";

interface TextInputProps {
  label: string;
  help: string;
  value: string;
  accept: string;
  bad: boolean;
  onChange: (text: string) => void;
}

const MOST = 4 * 1024 * 1024;

/** A text that is pasted, or read from a file. */
export function TextInput({ label, help, value, accept, bad, onChange }: TextInputProps) {
  const picker = useRef<HTMLInputElement>(null);
  const read = (file: File | undefined) => {
    if (file && file.size <= MOST) void file.text().then(onChange);
  };
  return (
    <>
      <Field label={label} help={help}>
        {(props) => (
          <textarea
            {...props}
            className={bad ? "input mono is-bad" : "input mono"}
            rows={12}
            spellCheck={false}
            value={value}
            aria-invalid={bad}
            onChange={(event) => onChange(event.target.value)}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              read(event.dataTransfer.files[0]);
            }}
          />
        )}
      </Field>
      <div>
        <input ref={picker} className="sr" type="file" accept={accept} tabIndex={-1} aria-hidden="true" onChange={(event) => read(event.target.files?.[0])} />
        <button type="button" className="btn btn--s" onClick={() => picker.current?.click()}>
          <FileUp className="i i--s" aria-hidden="true" />
          From a file
        </button>
      </div>
    </>
  );
}
