import { useState, type SubmitEvent } from "react";

import { FormFoot } from "@/components/confirm";
import { Field } from "@/components/field";
import { OwnerSelect } from "@/components/owner-select";
import { Refusal } from "@/components/states";
import { newWorkflow } from "@/features/editor/model/new-workflow";
import { idOf } from "@/features/workflows/words";
import { useSending } from "@/lib/use-sending";

import { useToEditor } from "./to-editor";

interface BlankProps {
  taken: ReadonlySet<string>;
  onClose: () => void;
}

/** A name and an owner: the rest is said in the editor, part by part. */
export function Blank({ taken, onClose }: BlankProps) {
  const [title, setTitle] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const [owner, setOwner] = useState("");
  const toEditor = useToEditor();
  const sending = useSending();
  const id = typed ?? idOf(title);
  const problem = id !== "" && taken.has(id) ? "This id is taken." : id !== "" && !/^[a-z0-9][a-z0-9_-]*$/.test(id) ? "Small letters, digits, hyphens and underscores." : null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (id === "" || problem !== null) return;
    sending.send(toEditor(id, newWorkflow({ id, ...(title.trim() ? { title: title.trim() } : {}), ...(owner ? { owner } : {}) })));
  };
  return (
    <form className="dialog-form" onSubmit={submit}>
      <Field label="Title">{(props) => <input {...props} className="input" value={title} maxLength={120} required onChange={(event) => setTitle(event.target.value)} />}</Field>
      <Field label="Id" help={problem ?? "Stands in addresses, logs and other workflows."}>
        {(props) => <input {...props} className={problem ? "input mono is-bad" : "input mono"} value={id} aria-invalid={problem !== null} spellCheck={false} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
      <OwnerSelect label="Owner" value={owner} onChange={setOwner} help="Who is answerable for it." none="Say it later" />
      <Refusal error={sending.error} />
      <FormFoot verb="Open in the editor" busy="Opening" pending={sending.pending} ready={id !== "" && problem === null} onClose={onClose} />
    </form>
  );
}
