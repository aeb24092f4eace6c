import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";

import { Segments } from "@/components/field";
import { Menu, MenuItem } from "@/components/menu";
import { Accounts } from "@/features/people/accounts";
import { DelegateDialog } from "@/features/people/delegate-dialog";
import { Delegations } from "@/features/people/delegations";
import { AddDialog, type AddKind } from "@/features/people/member-dialogs";
import { Members } from "@/features/people/members";
import { NewTeamDialog, Teams } from "@/features/people/teams";
import { useMe, useRight } from "@/lib/me";
import { useShortcuts } from "@/lib/shortcuts";
import { useTitle } from "@/lib/title";

type Show = "members" | "teams" | "away" | "accounts";
const LABELS: Record<Show, string> = { members: "Members", teams: "Teams", away: "Away", accounts: "Accounts" };
const SHOWS: readonly Show[] = ["members", "teams", "away", "accounts"];

export function PeoplePage() {
  const search = useSearch({ from: "/people" });
  const navigate = useNavigate({ from: "/people" });
  const server = useMe()?.server_rights.includes("server") ?? false;
  const people = useRight("people") !== false;
  const decides = useRight("decide") !== false;
  const shows = SHOWS.filter((one) => one !== "accounts" || server);
  const show = shows.find((one) => one === search.show) ?? "members";
  const [opened, setOpened] = useState<AddKind | "team" | "away" | null>(null);
  const asked = search.new === "away" ? "away" : search.new === "member" && people ? (server ? "invite" : "account") : null;
  const open = opened ?? asked;
  const setOpen = (what: AddKind | "team" | "away" | null) => {
    setOpened(what);
    if (what === null && search.new) void navigate({ search: search.show ? { show: search.show } : {} });
  };
  useTitle("People");
  useShortcuts("People", people ? [{ keys: "n", label: "Add here", run: () => setOpen(show === "teams" ? "team" : show === "away" ? "away" : server ? "invite" : "account") }] : []);
  return (
    <>
      <header className="top top--two">
        <h1 className="h2">People</h1>
        <span className="seg-room">
          <Segments label="Show" value={show} options={shows.map((value) => ({ value, label: LABELS[value] }))} onChange={(value) => void navigate({ search: value === "members" ? {} : { show: value } })} />
        </span>
        <span className="push row">
          <AddButton show={show} people={people} decides={decides} server={server} open={setOpen} />
        </span>
      </header>
      <div className="page">
        {show === "members" ? <Members may={people} /> : null}
        {show === "teams" ? <Teams may={people} /> : null}
        {show === "away" ? <Delegations may={people} /> : null}
        {show === "accounts" ? <Accounts /> : null}
      </div>
      {open === "team" ? <NewTeamDialog onClose={() => setOpen(null)} /> : null}
      {open === "away" ? <DelegateDialog mayForOthers={people} onClose={() => setOpen(null)} /> : null}
      {open === "invite" || open === "account" || open === "external" ? <AddDialog kind={open} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

interface AddProps {
  show: Show;
  people: boolean;
  decides: boolean;
  server: boolean;
  open: (what: AddKind | "team" | "away") => void;
}

function AddButton({ show, people, decides, server, open }: AddProps) {
  const button = (words: string, act?: () => void) => (
    <button type="button" className="btn btn--go btn--s" {...(act ? { onClick: act } : {})}>
      <Plus className="i i--s" aria-hidden="true" />
      {words}
    </button>
  );
  if (show === "away") return people || decides ? button("Somebody is away", () => open("away")) : null;
  if (!people) return <span className="t12 c3 wide">People are added by administrators</span>;
  if (show === "teams") return button("New team", () => open("team"));
  return (
    <Menu trigger={button("Add")}>
      {server ? <MenuItem onSelect={() => open("invite")}>Invite somebody</MenuItem> : null}
      <MenuItem onSelect={() => open("account")}>An account of this server</MenuItem>
      <MenuItem onSelect={() => open("external")}>An approver from outside</MenuItem>
    </Menu>
  );
}
