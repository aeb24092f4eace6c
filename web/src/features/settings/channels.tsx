import { Plus } from "lucide-react";
import { useState, type SubmitEvent } from "react";

import { Confirm, FormFoot } from "@/components/confirm";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Mark } from "@/components/mark";
import { Empty, Failed, Refusal, Skeleton } from "@/components/states";
import { words } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { useChannels, useDropChannel, usePutSecret, useSecretList, useSetChannel, useTestChannel, type Channel, type Told } from "./api";
import { Section } from "./section";

const TELLS: readonly { value: Told; words: string }[] = [
  { value: "proposals", words: "Proposals that open, wait or escalate" },
  { value: "exceptions", words: "Exceptions: what their owners get by mail" },
];

export function ChannelSettings() {
  const { items, loading, error, again } = useChannels();
  const [open, setOpen] = useState<Channel | "new" | null>(null);
  const [dropping, setDropping] = useState<Channel | null>(null);
  const add = (
    <button type="button" className="btn btn--s" onClick={() => setOpen("new")}>
      <Plus className="i i--s" aria-hidden="true" />
      New channel
    </button>
  );
  return (
    <Section title="Channels" words="Addresses that are told what people are told by mail, as signed webhooks. A message carries no authority: its link only finds what it is about." action={add} flush>
      {loading ? <Skeleton rows={2} two /> : error ? <Failed error={error} again={again} /> : items.length === 0 ? <Empty title="There is no channel">A chat room or another program can be told of proposals and exceptions as they open.</Empty> : null}
      <ul className="list">
        {items.map((one) => (
          <ChannelRow key={one.name} channel={one} onChange={() => setOpen(one)} onDrop={() => setDropping(one)} />
        ))}
      </ul>
      {open === null ? null : <ChannelDialog before={open === "new" ? null : open} onClose={() => setOpen(null)} />}
      {dropping ? <DropDialog channel={dropping} onClose={() => setDropping(null)} /> : null}
    </Section>
  );
}

function ChannelRow({ channel, onChange, onDrop }: { channel: Channel; onChange: () => void; onDrop: () => void }) {
  const test = useTestChannel();
  const said = test.data;
  return (
    <li className="row--wrap">
      <div className="two">
        <span className="semi">{channel.name}</span>
        <span className="mono t12 cut">{channel.url}</span>
        <span className="t12 c2">{channel.tells.map(words).join(", ") || "Told nothing"}</span>
        {said && !said.delivered ? (
          <span className="t12 tx-risk breaks" role="status">
            <Mark name="fail" small /> {said.failure ?? "Not delivered"}
          </span>
        ) : null}
      </div>
      <span className="push row">
        {said?.delivered ? (
          <span className="state tx-path" role="status">
            <Mark name="done" />
            Arrived
          </span>
        ) : null}
        <button type="button" className="btn btn--s" disabled={test.isPending} onClick={() => test.mutate(channel.name)}>
          {test.isPending ? "Sending" : "Test"}
        </button>
        <button type="button" className="btn btn--s" onClick={onChange}>
          Change
        </button>
        <button type="button" className="btn btn--s btn--no" onClick={onDrop}>
          Delete
        </button>
      </span>
      <Refusal error={test.error} />
    </li>
  );
}

function DropDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const drop = useDropChannel();
  const done = () => {
    toast(`${channel.name} is told nothing any more.`);
    onClose();
  };
  return (
    <Confirm title={`Delete ${channel.name}?`} verb="Delete" busy="Deleting" pending={drop.isPending} error={drop.error} onClose={onClose} onConfirm={() => drop.mutate(channel.name, { onSuccess: done })}>
      <p>What waits to be sent there is given up. People are told by mail as before.</p>
    </Confirm>
  );
}

/** A signing key as the scheme of signed webhooks has it: 32 random bytes. */
function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}

const originOf = (url: string): string | null => {
  try {
    return new URL(url).origin;
  } catch {
    return null;
  }
};

function ChannelDialog({ before, onClose }: { before: Channel | null; onClose: () => void }) {
  const [name, setName] = useState(before?.name ?? "chat");
  const [url, setUrl] = useState(before?.url ?? "");
  const [secret, setSecret] = useState("");
  const [key, setKey] = useState(freshKey);
  const [tells, setTells] = useState<Told[]>(before?.tells ?? ["proposals", "exceptions"]);
  const known = useSecretList().items.filter((one) => one.bound_to === originOf(url));
  const put = usePutSecret();
  const set = useSetChannel();
  const send = async () => {
    const named = secret || `channel.${name}`;
    if (!secret) await put.mutateAsync({ name: named, value: key, bound_to: originOf(url) ?? "" });
    await set.mutateAsync({ name, url, secret: named, tells });
    toast(`${name} is kept. A test shows whether it arrives.`);
    onClose();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void send().catch(() => undefined);
  };
  return (
    <Dialog title={before ? `Change ${before.name}` : "New channel"} onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        {before ? null : <Field label="Name">{(props) => <input {...props} className="input mono" value={name} required pattern="[a-z0-9][a-z0-9_\-]*" onChange={(event) => setName(event.target.value)} />}</Field>}
        <Field label="Address">{(props) => <input {...props} className="input" type="url" value={url} required placeholder="https://hooks.example.com/throughline" onChange={(event) => setUrl(event.target.value)} />}</Field>
        <Field label="Signing secret">
          {(props) => (
            <select {...props} className="input" value={secret} onChange={(event) => setSecret(event.target.value)}>
              <option value="">A new one</option>
              {known.map((one) => (
                <option key={one.name} value={one.name}>
                  {one.name}, in the vault
                </option>
              ))}
            </select>
          )}
        </Field>
        {secret === "" ? (
          <Field label="The new secret" help="Give it to the other side now: it goes into the vault and is never shown again.">
            {(props) => <input {...props} className="input mono" value={key} required spellCheck={false} onChange={(event) => setKey(event.target.value)} />}
          </Field>
        ) : null}
        <TellsField tells={tells} onChange={setTells} />
        <Refusal error={put.error ?? set.error} />
        <FormFoot verb="Keep" busy="Keeping" pending={put.isPending || set.isPending} ready={tells.length > 0 && originOf(url) !== null} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function TellsField({ tells, onChange }: { tells: readonly Told[]; onChange: (tells: Told[]) => void }) {
  return (
    <fieldset className="stack">
      <legend className="label">It is told of</legend>
      {TELLS.map((one) => (
        <label className="row" key={one.value}>
          <input type="checkbox" checked={tells.includes(one.value)} onChange={(event) => onChange(event.target.checked ? [...tells, one.value] : tells.filter((other) => other !== one.value))} />
          {one.words}
        </label>
      ))}
    </fieldset>
  );
}
