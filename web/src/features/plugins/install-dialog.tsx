import { FileUp } from "lucide-react";
import { useState } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Mark } from "@/components/mark";
import { Refusal } from "@/components/states";
import { useConnectors } from "@/lib/catalog";
import { capital } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { useInstall, usePlugins, type Installed } from "./api";
import { difference, knownOf, type Line } from "./difference";

type Asks = Extract<Installed, { kind: "asks" }>;

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

interface ConsentProps {
  asks: Asks;
  pending: boolean;
  error: Error | null;
  onBack: () => void;
  onAgree: () => void;
}

function Consent({ asks, pending, error, onBack, onAgree }: ConsentProps) {
  const plugins = usePlugins().items;
  const catalog = useConnectors().data;
  const before = plugins.find((one) => one.current && one.connector === asks.connector);
  const hosts = catalog?.find((one) => one.connector === before?.connector)?.hosts ?? [];
  const lines = difference(asks.words, knownOf(before, hosts));
  return (
    <div className="stack stack--4">
      <p className="c2">
        {before ? (
          <>
            <b className="text-ink">{before.name} {before.version}</b> is installed. What this file asks for goes beyond that, or differs from it.
          </>
        ) : (
          `${asks.connector ?? "It"} is not installed yet. This is all it may do, and it can do nothing else: it sees no secret, no file and no other run.`
        )}
      </p>
      <ul className="consent" aria-label="What it may do">
        {lines.map((line) => (
          <ConsentLine line={line} key={line.words} upgrade={before !== undefined} />
        ))}
      </ul>
      <p className="help">
        You agree to exactly this set: <span className="mono cut">{asks.accept}</span>
      </p>
      <Refusal error={error} />
      <footer className="row row--end">
        <button type="button" className="btn" onClick={onBack}>
          Do not install
        </button>
        <button type="button" className="btn btn--go" disabled={pending} onClick={onAgree}>
          {pending ? "Installing" : "Agree and install"}
        </button>
      </footer>
    </div>
  );
}

function ConsentLine({ line, upgrade }: { line: Line; upgrade: boolean }) {
  return (
    <li>
      <Mark name={line.final ? "doubt" : "gate"} />
      <span>
        {capital(line.words.replace("CANNOT BE UNDONE", "cannot be undone"))}
        {line.final ? <b className="tx-risk"> Irreversible</b> : null}
      </span>
      {upgrade && line.fresh === true ? <span className="chip chip--exc">New</span> : null}
      {upgrade && line.fresh === false ? <span className="c3 t12">as before</span> : null}
    </li>
  );
}
