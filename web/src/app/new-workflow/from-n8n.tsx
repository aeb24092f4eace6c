import { useMemo, useState, type SubmitEvent } from "react";

import { FormFoot } from "@/components/confirm";
import { Mark, type MarkName } from "@/components/mark";
import { OwnerSelect } from "@/components/owner-select";
import { Refusal } from "@/components/states";
import { importN8n, type Imported } from "@/features/editor/model/import/n8n/import";
import type { Fate, ReportLine } from "@/features/editor/model/import/n8n/report";
import { plural } from "@/lib/format";
import { useSending } from "@/lib/use-sending";

import { idIn } from "./from-text";
import { TextInput } from "./text-input";
import { useToEditor } from "./to-editor";

const FATES: Record<Fate, { mark: MarkName; words: string }> = {
  mapped: { mark: "done", words: "As it was" },
  changed: { mark: "copy", words: "Differs" },
  placeholder: { mark: "exc", words: "To build" },
  left: { mark: "skip", words: "Left out" },
};
const ORDER: readonly Fate[] = ["placeholder", "changed", "left", "mapped"];

export function FromN8n({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [owner, setOwner] = useState("");
  const toEditor = useToEditor();
  const sending = useSending();
  const found = useMemo(() => (text.trim() === "" ? null : importN8n(text, owner ? { owner } : {})), [text, owner]);
  const id = found?.ok ? idIn(found.text) : null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (found?.ok && id !== null) sending.send(toEditor(id, found.text));
  };
  return (
    <form className="dialog-form" onSubmit={submit}>
      <TextInput label="Export of one workflow" help={found?.ok === false ? found.reason : "The JSON that “Download” in n8n gives. It is read here, in this browser."} value={text} accept=".json,application/json" bad={found?.ok === false} onChange={setText} />
      <OwnerSelect label="Owner" value={owner} onChange={setOwner} none="Say it later" />
      {found?.ok ? <Report imported={found} /> : null}
      <Refusal error={sending.error} />
      <FormFoot verb="Open in the editor" busy="Opening" pending={sending.pending} ready={id !== null} onClose={onClose} />
    </form>
  );
}

function Report({ imported }: { imported: Extract<Imported, { ok: true }> }) {
  const lines: ReportLine[] = ORDER.flatMap((fate) => imported.report.filter((line) => line.fate === fate));
  const { counts } = imported;
  return (
    <section className="stack" aria-label="What came over">
      <p className="c2">
        {plural(counts.mapped, "part")} came over as they were, {counts.changed} differ, {counts.placeholder} are for you to build, {counts.left} were left out.
      </p>
      <ul className="import-report" tabIndex={0} aria-label="Every part">
        {lines.map((line, at) => (
          <li key={at}>
            <span className="state">
              <Mark name={FATES[line.fate].mark} small />
              {FATES[line.fate].words}
            </span>
            <b className="cut">{line.name}</b>
            <span className="c2">{line.words}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
