import { Ellipsis } from "lucide-react";
import { useState } from "react";

import { Mark } from "@/components/mark";
import { Menu, MenuItem } from "@/components/menu";
import { Empty, Failed, Skeleton } from "@/components/states";
import { initials, words } from "@/lib/format";

import { useMembers, useTeams, type Member } from "./api";
import { ChangeMemberDialog, RemoveMemberDialog } from "./member-dialogs";

export function Members({ may }: { may: boolean }) {
  const { items, loading, error, again } = useMembers();
  const teams = useTeams().items;
  const [open, setOpen] = useState<{ what: "change" | "remove"; member: Member } | null>(null);
  if (loading) return <section className="panel"><Skeleton rows={5} two /></section>;
  if (error) return <Failed error={error} again={again} />;
  if (items.length === 0) return <Empty title="Nobody is here yet">Until the first person is added, owners are taken as workflows name them, and nobody can decide.{may ? " Add yourself or somebody else with the button above." : ""}</Empty>;
  return (
    <section className="panel panel--list" aria-label="Members">
      <table className="tbl tbl--cards">
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">Handle</th>
            <th scope="col">Roles</th>
            <th scope="col">Duties</th>
            <th scope="col">Teams</th>
            <th scope="col">State</th>
            <th scope="col">
              <span className="sr">More</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <Row key={one.person_id} member={one} titleOf={(team) => teams.find((known) => known.team === team)?.title ?? team} may={may} onAct={(what) => setOpen({ what, member: one })} />
          ))}
        </tbody>
      </table>
      {open?.what === "change" ? <ChangeMemberDialog member={open.member} onClose={() => setOpen(null)} /> : null}
      {open?.what === "remove" ? <RemoveMemberDialog member={open.member} onClose={() => setOpen(null)} /> : null}
    </section>
  );
}

function Row({ member, titleOf, may, onAct }: { member: Member; titleOf: (team: string) => string; may: boolean; onAct: (what: "change" | "remove") => void }) {
  return (
    <tr>
      <td>
        <div className="row">
          <span className="av" aria-hidden="true">
            {initials(member.name)}
          </span>
          <div className="two">
            <span className="semi cut">{member.name}</span>
            <span className="cut">{member.mail}</span>
          </div>
        </div>
      </td>
      <td data-l="Handle" className="mono t12">
        {member.handle}
      </td>
      <td data-l="Roles">{member.kind === "external" ? <span className="c2">Approver from outside</span> : member.roles.map(words).join(", ") || <span className="c3">None</span>}</td>
      <td data-l="Duties">{member.duties.map(words).join(", ") || <span className="c3">None</span>}</td>
      <td data-l="Teams">{member.teams.map(titleOf).join(", ") || <span className="c3">None</span>}</td>
      <td data-l="State">
        <span className={member.active ? "state tx-path" : "state tx-c2"}>
          <Mark name={member.active ? "done" : "pause"} />
          {member.active ? "Active" : "Disabled"}
        </span>
      </td>
      <td className="num">
        {may ? (
          <Menu
            trigger={
              <button type="button" className="btn btn--quiet btn--icon btn--s" aria-label={`More about ${member.name}`}>
                <Ellipsis className="i" aria-hidden="true" />
              </button>
            }
          >
            <MenuItem onSelect={() => onAct("change")}>Change roles and handle</MenuItem>
            <MenuItem onSelect={() => onAct("remove")}>Remove from this workspace</MenuItem>
          </Menu>
        ) : null}
      </td>
    </tr>
  );
}
