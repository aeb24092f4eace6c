import { useState } from "react";

import { Dialog } from "@/components/dialog";
import { Mark, type MarkName } from "@/components/mark";
import { plural } from "@/lib/format";

import { fieldAt } from "../model/document";
import { asText } from "../model/text/value";
import { openOverlay, writeText } from "../state/editor-store";
import { useDocument, useEditor, useEditorStore } from "../state/context";
import { readGiven, type Read } from "./read-given";

/** The id stays that of the address: what is imported becomes this workflow. */
function underId(text: string, workflow: string): string {
  return /^workflow:.*$/m.test(text) ? text.replace(/^workflow:.*$/m, `workflow: ${workflow}`) : `workflow: ${workflow}\n${text}`;
}

export function ImportDialog() {
  const store = useEditorStore();
  const workflow = useEditor((state) => state.workflow);
  const owner = asText(fieldAt(useDocument(), ["owner"]));
  const [given, setGiven] = useState("");
  const read = readGiven(given, owner);
  const close = (): void => openOverlay(store, null);
  const take = (): void => {
    if (read.kind === "text") writeText(store, underId(read.text, workflow), "Import a text");
    else if (read.kind === "n8n") writeText(store, underId(read.imported.text, workflow), "Import from n8n");
    close();
  };
  return (
    <Dialog title="Import" onClose={close} wide>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          take();
        }}
      >
        <p className="read">A workflow text, or an export of n8n as JSON. It takes the place of the draft; undo brings the draft back.</p>
        <label className="field">
          <span className="label">File</span>
          <input type="file" accept=".yaml,.yml,.json,.txt" onChange={(event) => void event.target.files?.[0]?.text().then(setGiven)} />
        </label>
        <label className="field">
          <span className="label">or its text</span>
          <textarea className="input mono" rows={8} spellCheck={false} value={given} onChange={(event) => setGiven(event.target.value)} />
        </label>
        <Told read={read} />
        <footer>
          <button type="button" className="btn" onClick={close}>
            Leave it
          </button>
          <button type="submit" className="btn btn--go" disabled={read.kind === "nothing" || read.kind === "unreadable"}>
            Take it over
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

const FATES: Readonly<Record<string, readonly [mark: MarkName, words: string]>> = { mapped: ["done", "As it was"], changed: ["soon", "Changed"], placeholder: ["exc", "To be finished by hand"], left: ["skip", "Left out"] };

function Told({ read }: { read: Read }) {
  if (read.kind === "unreadable") {
    return (
      <div className="note note--risk" role="alert">
        <Mark name="fail" />
        <span>{read.reason}</span>
      </div>
    );
  }
  if (read.kind !== "n8n") return null;
  const { counts, report } = read.imported;
  return (
    <section aria-label="What comes over">
      <p className="row row--wrap">
        {Object.entries(counts).map(([fate, count]) => (
          <span className="row" key={fate}>
            <Mark name={FATES[fate]?.[0] ?? "idle"} small />
            {plural(count, (FATES[fate]?.[1] ?? fate).toLowerCase(), (FATES[fate]?.[1] ?? fate).toLowerCase())}
          </span>
        ))}
      </p>
      <ul className="report" tabIndex={0} aria-label="Every part">
        {report.map((line, index) => (
          <li key={index}>
            <Mark name={FATES[line.fate]?.[0] ?? "idle"} small />
            <span>
              <b>{line.name}</b> {line.words}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
