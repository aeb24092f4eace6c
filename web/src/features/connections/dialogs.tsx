import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { Confirm } from "@/components/confirm";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Mark } from "@/components/mark";
import { Refusal, Skeleton } from "@/components/states";
import { useConnectors } from "@/lib/catalog";
import { plural } from "@/lib/format";
import { useTexts } from "@/lib/texts";
import { toast } from "@/lib/toasts";

import { useConnectionList, usePluginNames, useRemove, useTest, useWaiting, type Connection } from "./api";
import { ConnectionForm, UNKNOWN } from "./form";
import { TestResult } from "./test-panel";

/** Connectors that need no account: they are part of the runner. */
const OWN = new Set(["throughline", "schedule", "webhook", "form", "code"]);

function useChoices(): { loading: boolean; choices: readonly { connector: string; name: string }[] } {
  const catalog = useConnectors();
  const plugins = usePluginNames();
  const known = (catalog.data ?? []).map(({ connector, name }) => ({ connector, name }));
  const installed = plugins.items.filter((one) => one.current).map(({ connector, name }) => ({ connector, name: name || connector }));
  const choices = (known.length > 0 ? known : installed).filter((one) => !OWN.has(one.connector)).sort((one, other) => one.name.localeCompare(other.name));
  return { loading: catalog.isPending || plugins.loading, choices };
}

/** A new connection, or a changed one, and what the system says of it. */
export function ConnectionDialog({ before, asked, onClose }: { before?: Connection; asked?: string | undefined; onClose: () => void }) {
  const { loading, choices } = useChoices();
  const catalog = useConnectors().data;
  const taken = useConnectionList().items;
  const [chosen, setChosen] = useState(before?.connector ?? asked ?? "");
  const [kept, setKept] = useState<string | null>(null);
  const asks = catalog?.find((one) => one.connector === chosen) ?? { ...UNKNOWN, connector: chosen };
  const test = useTest();
  const connection = taken.find((one) => one.name === kept);
  const onKept = (name: string) => {
    setKept(name);
    test.mutate(name);
  };
  if (kept !== null) {
    return (
      <Dialog title={kept} onClose={onClose}>
        {test.data ? <TestResult name={kept} tested={test.data} mayAgree agreed={connection?.agreed ?? false} /> : test.error ? <Refusal error={test.error} /> : <p className="c2">It is kept. Asking the system who it takes us for.</p>}
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Done
          </button>
        </footer>
      </Dialog>
    );
  }
  return (
    <Dialog title={before ? `Change ${before.name}` : "New connection"} onClose={onClose}>
      {loading ? <Skeleton rows={2} /> : before ? null : <Chooser choices={choices} chosen={chosen} onChoose={setChosen} />}
      {chosen === "" || loading ? null : <ConnectionForm key={chosen} connector={asks} {...(before ? { before } : {})} taken={taken.map((one) => one.name)} onKept={onKept} onClose={onClose} />}
    </Dialog>
  );
}

function Chooser({ choices, chosen, onChoose }: { choices: readonly { connector: string; name: string }[]; chosen: string; onChoose: (connector: string) => void }) {
  if (choices.length === 0) {
    return (
      <p className="c2">
        No connector is installed that needs an account. <Link to="/plugins">Install one</Link> first.
      </p>
    );
  }
  return (
    <Field label="To what">
      {(props) => (
        <select {...props} className="input" autoFocus value={chosen} onChange={(event) => onChoose(event.target.value)}>
          <option value="">Choose one</option>
          {choices.map((one) => (
            <option key={one.connector} value={one.connector}>
              {one.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function DeleteDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const remove = useRemove();
  const navigate = useNavigate();
  const waiting = useWaiting(connection.name).data ?? [];
  const texts = useTexts();
  const used = (texts.data ?? []).filter((one) => one.uses.some((use) => use.connection === connection.name));
  const confirm = () =>
    remove.mutate(connection.name, {
      onSuccess: () => {
        toast(`${connection.name} is gone.`);
        onClose();
        void navigate({ to: "/connections" });
      },
    });
  return (
    <Confirm title={`Delete ${connection.name}?`} verb="Delete" busy="Deleting" pending={remove.isPending} error={remove.error} onClose={onClose} onConfirm={confirm}>
      {used.length > 0 ? (
        <div className="note note--exc">
          <Mark name="exc" />
          <span>
            <b>
              {plural(used.length, "workflow")} {used.length === 1 ? "uses" : "use"} it:
            </b> {used.map((one) => one.title).join(", ")}. Steps that need it will wait on an exception; nothing fails, nothing is lost.
          </span>
        </div>
      ) : (
        <p>{texts.isPending ? "Looking at which workflows use it." : "No published workflow uses it."}</p>
      )}
      {waiting.length > 0 ? <p>{waiting.length === 1 ? "One exception about it is" : `${waiting.length} exceptions about it are`} open already.</p> : null}
      <p>A connection of the same name can be made again; what waits then goes on. Secrets in the vault stay there.</p>
    </Confirm>
  );
}
