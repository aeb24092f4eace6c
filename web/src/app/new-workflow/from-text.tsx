import { useState, type SubmitEvent } from "react";
import { parse } from "yaml";

import { FormFoot } from "@/components/confirm";
import { Mark } from "@/components/mark";
import { Refusal } from "@/components/states";
import { useSending } from "@/lib/use-sending";

import { TextInput } from "./text-input";
import { useToEditor } from "./to-editor";

/** The id that a text gives itself; null where it does not read or has none. */
export function idIn(text: string): string | null {
  try {
    const found: unknown = parse(text);
    const id = typeof found === "object" && found !== null && "workflow" in found ? found.workflow : null;
    return typeof id === "string" && id !== "" ? id : null;
  } catch {
    return null;
  }
}

export function FromText({ taken, onClose }: { taken: ReadonlySet<string>; onClose: () => void }) {
  const [text, setText] = useState("");
  const toEditor = useToEditor();
  const sending = useSending();
  const id = text.trim() === "" ? null : idIn(text);
  const bad = text.trim() !== "" && id === null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (id !== null) sending.send(toEditor(id, text));
  };
  return (
    <form className="dialog-form" onSubmit={submit}>
      <TextInput label="Workflow text" help={bad ? "It does not read, or has no line “workflow: id”." : "YAML or JSON, as the command line exports it and as it lives in git."} value={text} accept=".yaml,.yml,.json,text/plain" bad={bad} onChange={setText} />
      {id !== null && taken.has(id) ? (
        <p className="note note--exc">
          <Mark name="exc" />
          <span>
            <b>{id} is here already.</b> The editor shows what differs; nothing changes until a new version is published.
          </span>
        </p>
      ) : null}
      <Refusal error={sending.error} />
      <FormFoot verb="Open in the editor" busy="Opening" pending={sending.pending} ready={id !== null} onClose={onClose} />
    </form>
  );
}
