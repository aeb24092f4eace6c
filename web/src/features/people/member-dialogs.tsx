import { useState, type SubmitEvent } from "react";

import { Confirm, FormFoot } from "@/components/confirm";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Refusal } from "@/components/states";
import { useMe } from "@/lib/me";
import { toast } from "@/lib/toasts";

import { useAccounts, useAddMember, useChangeMember, useInvite, useMembers, useRemoveMember, type Link, type Member } from "./api";
import { LinkDialog } from "./link-dialog";
import { listOf, RolesField } from "./roles-field";

export type AddKind = "invite" | "account" | "external";

const TITLES: Record<AddKind, string> = { invite: "Invite somebody", account: "Add an account of this server", external: "Add an approver from outside" };

interface Draft {
  name: string;
  mail: string;
  account: string;
  handle: string;
  roles: string[];
  duties: string;
}

const EMPTY: Draft = { name: "", mail: "", account: "", handle: "", roles: ["viewer"], duties: "" };

/** What workflows may call somebody, out of their name. */
export const handleOf = (name: string): string =>
  name
    .normalize("NFKD")
    .toLowerCase()
    .split(/\s+/)[0]
    ?.replaceAll(/[^a-z0-9_]/g, "") ?? "";

export function AddDialog({ kind, onClose }: { kind: AddKind; onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [typed, setTyped] = useState<string | null>(null);
  const [link, setLink] = useState<Link | null>(null);
  const add = useAddMember();
  const invite = useInvite();
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const handle = typed ?? handleOf(draft.name || draft.mail.split("@")[0] || "");
  const duties = listOf(draft.duties);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const done = () => {
      toast(`${draft.name || handle} is a member now.`);
      onClose();
    };
    if (kind === "invite") invite.mutate({ name: draft.name, mail: draft.mail, handle, roles: draft.roles, duties }, { onSuccess: setLink });
    else if (kind === "account") add.mutate({ handle, account: draft.account, roles: draft.roles, duties }, { onSuccess: done });
    else add.mutate({ handle, name: draft.name, mail: draft.mail, duties }, { onSuccess: done });
  };
  if (link) return <LinkDialog link={link} name={draft.name} onClose={onClose} />;
  return (
    <Dialog title={TITLES[kind]} onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        {kind === "external" ? <p className="c2">Somebody with a mail address and nothing else: they decide what they are asked, with a code that is mailed to them.</p> : null}
        {kind === "account" ? <AccountField value={draft.account} onChange={(account, name) => set({ account, name })} /> : <NameFields draft={draft} set={set} />}
        <Field label="Handle" help={`Workflows say person:${handle || "…"}`}>
          {(props) => <input {...props} className="input mono" value={handle} required spellCheck={false} onChange={(event) => setTyped(event.target.value)} />}
        </Field>
        {kind === "external" ? null : <RolesField value={draft.roles} onChange={(roles) => set({ roles })} />}
        <DutiesField value={draft.duties} onChange={(duties_) => set({ duties: duties_ })} />
        <Refusal error={add.error ?? invite.error} />
        <FormFoot verb={kind === "invite" ? "Invite" : "Add"} busy="Sending" pending={add.isPending || invite.isPending} ready={handle !== ""} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function NameFields({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  return (
    <>
      <Field label="Name">{(props) => <input {...props} className="input" value={draft.name} required onChange={(event) => set({ name: event.target.value })} />}</Field>
      <Field label="Mail address">{(props) => <input {...props} className="input" type="email" value={draft.mail} required onChange={(event) => set({ mail: event.target.value })} />}</Field>
    </>
  );
}

function AccountField({ value, onChange }: { value: string; onChange: (account: string, name: string) => void }) {
  const server = useMe()?.server_rights.includes("server") ?? false;
  const accounts = useAccounts(server).items;
  const members = useMembers().items;
  const others = accounts.filter((one) => !members.some((member) => member.person_id === one.person_id));
  if (!server) return <Field label="Their mail address" help="The one they sign in with.">{(props) => <input {...props} className="input" type="email" value={value} required onChange={(event) => onChange(event.target.value, "")} />}</Field>;
  return (
    <Field label="Account" help={others.length === 0 ? "Every account is a member already." : "Accounts of this server that are no members yet."}>
      {(props) => (
        <select {...props} className="input" value={value} required onChange={(event) => onChange(event.target.value, others.find((one) => one.person_id === event.target.value)?.name ?? "")}>
          <option value="">Choose one</option>
          {others.map((one) => (
            <option key={one.person_id} value={one.person_id}>
              {one.name}, {one.mail}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function DutiesField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Field label="Duties (optional)" help="What workflows may call them besides, such as field_lead. Gives no right.">
      {(props) => <input {...props} className="input mono" value={value} spellCheck={false} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

export function ChangeMemberDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const [handle, setHandle] = useState(member.handle);
  const [roles, setRoles] = useState<string[]>(member.roles);
  const [duties, setDuties] = useState(member.duties.join(", "));
  const change = useChangeMember();
  const before: Parameters<typeof change.mutate>[0] = { person: member.person_id, handle: member.handle, roles: member.roles, duties: member.duties };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change.mutate(
      { person: member.person_id, handle, roles: member.kind === "external" ? null : roles, duties: listOf(duties) },
      {
        onSuccess: () => {
          toast(`${member.name} is changed. It counts at their next request.`, { undo: () => change.mutate(before) });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title={member.name} onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <Field label="Handle" help={`Workflows say person:${handle}`}>
          {(props) => <input {...props} className="input mono" value={handle} required spellCheck={false} onChange={(event) => setHandle(event.target.value)} />}
        </Field>
        {member.kind === "external" ? <p className="c2">From outside: they decide what they are asked, and see nothing else.</p> : <RolesField value={roles} onChange={setRoles} />}
        <DutiesField value={duties} onChange={setDuties} />
        <Refusal error={change.error} />
        <FormFoot verb="Keep" busy="Keeping" pending={change.isPending} onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function RemoveMemberDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const remove = useRemoveMember();
  const confirm = () =>
    remove.mutate(member.person_id, {
      onSuccess: () => {
        toast(`${member.name} is no member any more.`);
        onClose();
      },
    });
  return (
    <Confirm title={`Remove ${member.name}?`} verb="Remove" busy="Removing" pending={remove.isPending} error={remove.error} onClose={onClose} onConfirm={confirm}>
      <p>They lose their roles, duties and teams here. What they did keeps their name, and exceptions they own go to the backup.</p>
    </Confirm>
  );
}
