import { FileUp } from "lucide-react";
import { useState } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Refusal } from "@/components/states";
import { toast } from "@/lib/toasts";

import { useInstall, type Asks } from "./api";
import { Consent } from "./consent";

/** A plugin says what it may do before it may do any of it. */
export function InstallDialog({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [asks, setAsks] = useState<Asks | null>(null);
  const install = useInstall();
  const send = (chosen: File, accept?: string) =>
    install.mutate(
      { file: chosen, ...(accept === undefined ? {} : { accept }) },
      {
        onSuccess: (answer) => {
          if (answer.kind === "asks") {
            setAsks(answer);
            return;
          }
          toast(answer.unchanged ? `${answer.plugin.name} ${answer.plugin.version} was installed already.` : `${answer.plugin.name} ${answer.plugin.version} is installed. New runs use it.`);
          onClose();
        },
      },
    );
  return (
    <Dialog title="Install a plugin" onClose={onClose} wide={asks !== null}>
      {file && asks ? (
        <Consent asks={asks} pending={install.isPending} error={install.error} onBack={() => setAsks(null)} onAgree={() => send(file, asks.accept)} />
      ) : (
        <form
          className="dialog-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (file) send(file);
          }}
        >
          <Field label="Component" help="A .wasm file that “throughline plugin build” made. It is checked here first; what it asks for is shown before anything is installed.">
            {(props) => <input {...props} className="input input--file" type="file" accept=".wasm,application/wasm" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />}
          </Field>
          <Refusal error={install.error} />
          <footer>
            <button type="button" className="btn" onClick={onClose}>
              Back
            </button>
            <button type="submit" className="btn btn--go" disabled={file === null || install.isPending}>
              <FileUp className="i i--s" aria-hidden="true" />
              {install.isPending ? "Checking" : "Check it"}
            </button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
