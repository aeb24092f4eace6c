import { useState, type SubmitEvent } from "react";

import { Confirm, FormFoot } from "@/components/confirm";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Mark } from "@/components/mark";
import { Empty, Failed, Refusal, Skeleton } from "@/components/states";
import { plural } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { useDeleteTeam, useJoin, useLeave, useMakeTeam, useMembers, useRenameTeam, useTeams, type Member, type Team } from "./api";

export function Teams({ may }: { may: boolean }) {
  const { items, loading, error, again } = useTeams();
  const members = useMembers().items;
  const [open, setOpen] = useState<string | null>(null);
  const chosen = items.find((one) => one.team === open);
  if (loading) return <section className="panel"><Skeleton rows={4} /></section>;
  if (error) return <Failed error={error} again={again} />;
  if (items.length === 0) return <Empty title="There is no team yet">A team owns what stops when nobody in particular does: whoever takes it has it, its lead hears when it is late.</Empty>;
  return (
    <section className="panel panel--list" aria-label="Teams">
      <table className="tbl tbl--cards">
        <thead>
          <tr>
            <th scope="col">Team</th>
            <th scope="col">Handle</th>
            <th scope="col">Lead</th>
            <th scope="col">Members</th>
            <th scope="col">
              <span className="sr">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((team) => (
            <Row key={team.team} team={team} members={members} may={may} onOpen={() => setOpen(team.team)} />
          ))}
        </tbody>
      </table>
      {chosen ? <TeamDialog team={chosen} members={members} onClose={() => setOpen(null)} /> : null}
    </section>
  );
}

const nameOf = (members: readonly Member[], person: string): string => members.find((one) => one.person_id === person)?.name ?? person;

function Row({ team, members, may, onOpen }: { team: Team; members: readonly Member[]; may: boolean; onOpen: () => void }) {
  const leads = team.members.filter((one) => one.lead);
  return (
    <tr>
      <td className="semi">{team.title}</td>
      <td data-l="Handle" className="mono t12">
        team:{team.team}
      </td>
      <td data-l="Lead">
        {leads.length > 0 ? (
          leads.map((one) => nameOf(members, one.person_id)).join(", ")
        ) : (
          <span className="state tx-exc">
            <Mark name="soon" />
            Nobody
          </span>
        )}
      </td>
      <td data-l="Members" className="c2">
        {team.members.length === 0 ? "Nobody" : team.members.map((one) => nameOf(members, one.person_id)).join(", ")}
      </td>
      <td className="num">
        {may ? (
          <button type="button" className="btn btn--s" onClick={onOpen} aria-label={`Change ${team.title}`}>
            Change
          </button>
        ) : null}
      </td>
    </tr>
  );
}

function TeamDialog({ team, members, onClose }: { team: Team; members: readonly Member[]; onClose: () => void }) {
  const [title, setTitle] = useState(team.title);
  const [deleting, setDeleting] = useState(false);
  const rename = useRenameTeam();
  const remove = useDeleteTeam();
  if (deleting) {
    const gone = () => {
      toast(`${team.title} is gone.`);
      onClose();
    };
    return (
      <Confirm title={`Delete ${team.title}?`} verb="Delete" busy="Deleting" pending={remove.isPending} error={remove.error} onClose={onClose} onConfirm={() => remove.mutate(team.team, { onSuccess: gone })}>
        <p>What it owns goes to the backup, or to the administrators. Workflows that name it say so in their next check.</p>
      </Confirm>
    );
  }
  return (
    <Dialog title={team.title} onClose={onClose}>
      <form
        className="row row--field"
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate({ team: team.team, title }, { onSuccess: () => toast("The title is changed.") });
        }}
      >
        <Field label="Title">{(props) => <input {...props} className="input" value={title} required onChange={(event) => setTitle(event.target.value)} />}</Field>
        <button type="submit" className="btn" disabled={title === team.title || rename.isPending}>
          Rename
        </button>
      </form>
      <InTeam team={team} members={members} />
      <Refusal error={rename.error} />
      <footer>
        <button type="button" className="btn btn--no push-left" onClick={() => setDeleting(true)}>
          Delete team
        </button>
        <button type="button" className="btn" onClick={onClose}>
          Done
        </button>
      </footer>
    </Dialog>
  );
}

/** Each change is done at once, and can be taken back. */
function InTeam({ team, members }: { team: Team; members: readonly Member[] }) {
  const join = useJoin();
  const leave = useLeave();
  const others = members.filter((one) => !team.members.some((inside) => inside.person_id === one.person_id));
  const drop = (person: string, lead: boolean) => leave.mutate({ team: team.team, person }, { onSuccess: () => toast(`${nameOf(members, person)} left the team.`, { undo: () => join.mutate({ team: team.team, person, lead }) }) });
  return (
    <fieldset className="stack">
      <legend className="label">{plural(team.members.length, "member")}; leads hear when something is late</legend>
      <ul className="list list--boxed">
        {team.members.map((one) => (
          <li key={one.person_id}>
            <span className="cut">{nameOf(members, one.person_id)}</span>
            <label className="row push">
              <input type="checkbox" checked={one.lead} onChange={(event) => join.mutate({ team: team.team, person: one.person_id, lead: event.target.checked })} />
              Lead
            </label>
            <button type="button" className="btn btn--s" aria-label={`Take ${nameOf(members, one.person_id)} out`} onClick={() => drop(one.person_id, one.lead)}>
              Take out
            </button>
          </li>
        ))}
        {team.members.length === 0 ? <li className="c3">Nobody yet</li> : null}
      </ul>
      <select className="input" aria-label="Add somebody" value="" onChange={(event) => event.target.value && join.mutate({ team: team.team, person: event.target.value, lead: false })}>
        <option value="">Add somebody</option>
        {others.map((one) => (
          <option key={one.person_id} value={one.person_id}>
            {one.name}
          </option>
        ))}
      </select>
      <Refusal error={join.error ?? leave.error} />
    </fieldset>
  );
}

export function NewTeamDialog({ onClose }: { onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const make = useMakeTeam();
  const team = typed ?? title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^_+|_+$/g, "");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    make.mutate(
      { team, title },
      {
        onSuccess: () => {
          toast(`${title} is there. Add its people next.`);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title="New team" onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <Field label="Title">{(props) => <input {...props} className="input" value={title} required onChange={(event) => setTitle(event.target.value)} />}</Field>
        <Field label="Handle" help={`Workflows say team:${team || "…"}`}>
          {(props) => <input {...props} className="input mono" value={team} required spellCheck={false} onChange={(event) => setTyped(event.target.value)} />}
        </Field>
        <Refusal error={make.error} />
        <FormFoot verb="Make it" busy="Making" pending={make.isPending} ready={team !== ""} onClose={onClose} />
      </form>
    </Dialog>
  );
}
