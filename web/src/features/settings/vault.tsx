import { Plus } from "lucide-react";
import { useState, type SubmitEvent } from "react";

import { Confirm, FormFoot } from "@/components/confirm";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Mark } from "@/components/mark";
import { CopyId } from "@/components/pieces";
import { Empty, Failed, Refusal, Skeleton } from "@/components/states";
import { Ago, When } from "@/components/time";
import { plural } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { useDropSecret, usePutSecret, useRotate, useSecretList, useVault, type Key, type Secret } from "./api";
import { Section } from "./section";

export function VaultSettings({ server }: { server: boolean }) {
  return (
    <div className="stack stack--4">
      <Secrets />
      <Keys server={server} />
    </div>
  );
}

function Secrets() {
  const { items, loading, error, again } = useSecretList();
  const [open, setOpen] = useState<Secret | "new" | null>(null);
  const [dropping, setDropping] = useState<Secret | null>(null);
  const drop = useDropSecret();
  const add = (
    <button type="button" className="btn btn--s" onClick={() => setOpen("new")}>
      <Plus className="i i--s" aria-hidden="true" />
      New secret
    </button>
  );
  const gone = (name: string) => {
    toast(`${name} is gone.`);
    setDropping(null);
  };
  return (
    <Section title="Secrets" words="Names, places and users. A value is written and never shown again, and may be used in one place only." action={add} flush>
      {loading ? <Skeleton rows={3} two /> : error ? <Failed error={error} again={again} kept="Every secret is still in its place." /> : items.length === 0 ? <Empty title="The vault is empty">Connections put their secrets here; channels their signing keys.</Empty> : null}
      <ul className="list">
        {items.map((one) => (
          <SecretRow key={one.secret_id} secret={one} onReplace={() => setOpen(one)} onDrop={() => setDropping(one)} />
        ))}
      </ul>
      {open === null ? null : <SecretDialog before={open === "new" ? null : open} onClose={() => setOpen(null)} />}
      {dropping ? (
        <Confirm title={`Delete ${dropping.name}?`} verb="Delete" busy="Deleting" pending={drop.isPending} error={drop.error} onClose={() => setDropping(null)} onConfirm={() => drop.mutate(dropping.name, { onSuccess: () => gone(dropping.name) })}>
          <p>{dropping.used_by.length > 0 ? `It is used by ${dropping.used_by.join(", ")}: while that is so it is not deleted.` : "Nothing uses it."}</p>
        </Confirm>
      ) : null}
    </Section>
  );
}

function SecretRow({ secret, onReplace, onDrop }: { secret: Secret; onReplace: () => void; onDrop: () => void }) {
  return (
    <li className="row--wrap">
      <div className="two">
        <span className="mono semi">{secret.name}</span>
        <span className="t12 c2 breaks">
          for {secret.bound_to === "inbound" ? "what comes in" : secret.bound_to} · {secret.used_by.length > 0 ? `used by ${secret.used_by.join(", ")}` : "used by nothing"}
        </span>
        <span className="t12 c3">
          version {secret.version}, <Ago time={secret.updated_at} />
        </span>
      </div>
      <span className="push row">
        <button type="button" className="btn btn--s" onClick={onReplace}>
          Replace
        </button>
        <button type="button" className="btn btn--s btn--no" onClick={onDrop}>
          Delete
        </button>
      </span>
    </li>
  );
}

function SecretDialog({ before, onClose }: { before: Secret | null; onClose: () => void }) {
  const [name, setName] = useState(before?.name ?? "");
  const [bound, setBound] = useState(before?.bound_to ?? "");
  const [value, setValue] = useState("");
  const put = usePutSecret();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    put.mutate(
      { name, value, bound_to: bound },
      {
        onSuccess: (kept) => {
          toast(`${kept.name} is kept, version ${kept.version}.`);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title={before ? `Replace ${before.name}` : "New secret"} onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        {before ? null : (
          <>
            <Field label="Name">{(props) => <input {...props} className="input mono" value={name} required spellCheck={false} onChange={(event) => setName(event.target.value)} />}</Field>
            <Field label="Where it may be used" help="An origin, as https://crm.example.com, or inbound for what proves incoming requests.">
              {(props) => <input {...props} className="input mono" value={bound} required spellCheck={false} onChange={(event) => setBound(event.target.value)} />}
            </Field>
          </>
        )}
        <Field label={before ? "The new value" : "Value"} help="It is never shown again, in no answer and no log.">
          {(props) => <input {...props} className="input" type="password" autoComplete="off" value={value} required onChange={(event) => setValue(event.target.value)} />}
        </Field>
        <Refusal error={put.error} />
        <FormFoot verb="Keep" busy="Keeping" pending={put.isPending} onClose={onClose} />
      </form>
    </Dialog>
  );
}

const STATES: Record<string, string> = { newest: "In use", being_replaced: "Being replaced", awaits_backup: "Goes after the next backup" };

function Keys({ server }: { server: boolean }) {
  const { data, error, refetch } = useVault();
  const [asking, setAsking] = useState<"workspace" | "root" | null>(null);
  const rotate = useRotate();
  if (data === undefined) {
    return (
      <Section title="Keys" flush>
        {error ? <Failed error={error} again={() => void refetch()} kept="Every key is still in its place." /> : <Skeleton rows={3} />}
      </Section>
    );
  }
  const troubled = data.damaged.length > 0;
  const action = (
    <>
      <button type="button" className="btn btn--s" onClick={() => setAsking("workspace")}>
        Replace this workspace's key
      </button>
      {server ? (
        <button type="button" className="btn btn--s" onClick={() => setAsking("root")}>
          Replace the root key
        </button>
      ) : null}
    </>
  );
  const done = () => {
    toast("A new key is in use; what the old one wraps moves over by itself.");
    setAsking(null);
  };
  return (
    <Section title="Keys" words="Each workspace has a key of its own, wrapped by the root key. Replacing one goes on online; the old one is kept until a backup no longer needs it." action={action}>
      <div className={troubled ? "note note--risk" : "note note--path"}>
        <Mark name={troubled ? "fail" : "done"} />
        <span>
          <b>{troubled ? `${plural(data.damaged.length, "secret")} cannot be opened.` : "Every key opens what it wraps."}</b> {troubled ? data.damaged.join(", ") : data.unfinished ? "A replacement is under way." : ""}{" "}
          {data.backup_at ? (
            <>
              Backed up <Ago time={data.backup_at} />.
            </>
          ) : (
            "No backup yet."
          )}
        </span>
      </div>
      <KeyTable keys={[...data.root_keys.map((key) => ({ of: "Root", key })), ...data.workspaces.flatMap((one) => one.keys.map((key) => ({ of: one.workspace, key })))]} />
      {asking ? (
        <Confirm title={asking === "root" ? "Replace the root key?" : "Replace this workspace's key?"} verb="Replace" busy="Replacing" takes={false} pending={rotate.isPending} error={rotate.error} onClose={() => setAsking(null)} onConfirm={() => rotate.mutate(asking, { onSuccess: done })}>
          <p>{asking === "root" ? "A new file stands in the keys of the data directory afterwards: save it apart from the backups, as the one before." : "Its secrets are wrapped anew; nothing stops, nobody signs in again."}</p>
        </Confirm>
      ) : null}
    </Section>
  );
}

function KeyTable({ keys }: { keys: readonly { of: string; key: Key }[] }) {
  return (
    <table className="sub-tbl">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Version</th>
          <th scope="col">State</th>
          <th scope="col">Wraps</th>
          <th scope="col">Since</th>
        </tr>
      </thead>
      <tbody>
        {keys.map(({ of, key }) => (
          <tr key={`${of}${key.version}`}>
            <td>
              {of} {key.fingerprint ? <CopyId id={key.fingerprint} /> : null}
            </td>
            <td>{key.version}</td>
            <td>{STATES[key.state] ?? key.state}</td>
            <td>{key.wraps}</td>
            <td>
              <When time={key.created_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
