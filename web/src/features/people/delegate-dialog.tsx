import { useState, type SubmitEvent } from "react";

import { FormFoot } from "@/components/confirm";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Refusal } from "@/components/states";
import { useMe } from "@/lib/me";
import { toast } from "@/lib/toasts";

import { useDelegate, useMembers, useWorkflowIds, type Member, type NewDelegation } from "./api";

interface Draft {
  from: string;
  to: string;
  starts: string;
  ends: string;
  all: boolean;
  workflows: string[];
  money: "none" | "up_to" | "all";
  amount: string;
  currency: string;
  irreversible: boolean;
}

const DAY_MS = 86_400_000;
const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
/** The start of a day where this browser is. */
const startOf = (day: string): Date => new Date(`${day}T00:00:00`);

export function bodyOf(draft: Draft): NewDelegation {
  const today = draft.starts === dayIn(0);
  const after = startOf(draft.ends);
  after.setDate(after.getDate() + 1);
  return {
    to: draft.to,
    ...(today ? {} : { starts_at: startOf(draft.starts).toISOString() }),
    // The last day counts: it ends where the next one begins.
    ends_at: after.toISOString(),
    ...(draft.all ? {} : { workflows: draft.workflows }),
    ...(draft.money === "none" ? {} : { money: draft.money === "all" ? { all: true, up_to: null, currency: null } : { all: false, up_to: draft.amount, currency: draft.currency.toUpperCase() } }),
    irreversible: draft.irreversible,
  };
}

const decides = (member: Member): boolean => member.active && member.roles.includes("approver");

export function DelegateDialog({ mayForOthers, onClose }: { mayForOthers: boolean; onClose: () => void }) {
  const me = useMe();
  const members = useMembers().items.filter(decides);
  const own = members.some((one) => one.person_id === me?.person_id);
  const [draft, setDraft] = useState<Draft>({ from: own ? "me" : "", to: "", starts: dayIn(0), ends: dayIn(7), all: true, workflows: [], money: "none", amount: "", currency: "GBP", irreversible: false });
  const delegate = useDelegate();
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    delegate.mutate(
      { ...bodyOf(draft), person: draft.from === "me" ? null : draft.from },
      {
        onSuccess: (made) => {
          toast(`${made.to.name} stands in for ${made.from.name}. Both are told by mail.`);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title="Somebody stands in" onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <p className="c2">They decide no more than the one who is away could, and no more than they may. It ends by itself.</p>
        <People draft={draft} set={set} members={members} own={own} mayForOthers={mayForOthers} me={me?.person_id ?? null} />
        <div className="pair">
          <Field label="First day">{(props) => <input {...props} className="input" type="date" value={draft.starts} min={dayIn(0)} required onChange={(event) => set({ starts: event.target.value })} />}</Field>
          <Field label="Last day">{(props) => <input {...props} className="input" type="date" value={draft.ends} min={draft.starts} max={dayIn(365)} required onChange={(event) => set({ ends: event.target.value })} />}</Field>
        </div>
        <Scope draft={draft} set={set} />
        <Refusal error={delegate.error} />
        <FormFoot verb="Let them stand in" busy="Sending" pending={delegate.isPending} ready={draft.from !== "" && draft.to !== "" && (draft.all || draft.workflows.length > 0)} onClose={onClose} />
      </form>
    </Dialog>
  );
}

interface PartProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
}

function People({ draft, set, members, own, mayForOthers, me }: PartProps & { members: readonly Member[]; own: boolean; mayForOthers: boolean; me: string | null }) {
  const option = (one: Member) => (
    <option key={one.person_id} value={one.handle}>
      {one.name}
    </option>
  );
  const away = draft.from === "me" ? me : members.find((one) => one.handle === draft.from)?.person_id;
  return (
    <>
      {mayForOthers ? (
        <Field label="Who is away">
          {(props) => (
            <select {...props} className="input" value={draft.from} required onChange={(event) => set({ from: event.target.value })}>
              <option value="">Choose one</option>
              {own ? <option value="me">I am</option> : null}
              {members.filter((one) => one.person_id !== me).map(option)}
            </select>
          )}
        </Field>
      ) : null}
      <Field label="Who stands in" help="Whoever may decide here.">
        {(props) => (
          <select {...props} className="input" value={draft.to} required onChange={(event) => set({ to: event.target.value })}>
            <option value="">Choose one</option>
            {members.filter((one) => one.person_id !== away).map(option)}
          </select>
        )}
      </Field>
    </>
  );
}

function Scope({ draft, set }: PartProps) {
  const workflows = useWorkflowIds().items;
  return (
    <>
      <Field label="For which workflows">
        {(props) => (
          <select {...props} className="input" value={draft.all ? "all" : "some"} onChange={(event) => set({ all: event.target.value === "all" })}>
            <option value="all">All</option>
            <option value="some">Only these</option>
          </select>
        )}
      </Field>
      {draft.all ? null : (
        <fieldset className="stack">
          <legend className="sr">Workflows</legend>
          {workflows.map(({ workflow, title }) => (
            <label className="row" key={workflow}>
              <input type="checkbox" checked={draft.workflows.includes(workflow)} onChange={(event) => set({ workflows: event.target.checked ? [...draft.workflows, workflow] : draft.workflows.filter((one) => one !== workflow) })} />
              {title || workflow}
            </label>
          ))}
        </fieldset>
      )}
      <Field label="Where money moves">
        {(props) => (
          <select {...props} className="input" value={draft.money} onChange={(event) => set({ money: event.target.value as Draft["money"] })}>
            <option value="none">Nothing that moves money</option>
            <option value="up_to">Up to an amount</option>
            <option value="all">Any amount</option>
          </select>
        )}
      </Field>
      {draft.money === "up_to" ? (
        <div className="pair">
          <Field label="Amount">{(props) => <input {...props} className="input" inputMode="decimal" pattern="\d+(\.\d+)?" required value={draft.amount} onChange={(event) => set({ amount: event.target.value })} />}</Field>
          <Field label="Currency">{(props) => <input {...props} className="input" maxLength={3} required value={draft.currency} onChange={(event) => set({ currency: event.target.value })} />}</Field>
        </div>
      ) : null}
      <label className="pick">
        <input type="checkbox" checked={draft.irreversible} onChange={(event) => set({ irreversible: event.target.checked })} />
        <span>Also what cannot be undone.</span>
      </label>
    </>
  );
}
