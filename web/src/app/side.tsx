import { Link } from "@tanstack/react-router";
import { ChevronsUpDown, Ellipsis, Search } from "lucide-react";

import { Menu, MenuItem, MenuLabel, MenuLine } from "@/components/menu";
import { useMineCount } from "@/features/approvals/api";
import { useOpenCount } from "@/features/exceptions/api";
import { capital, initials } from "@/lib/format";
import { useMe } from "@/lib/me";
import { signOut } from "@/lib/sign-in";
import { chooseTheme, THEMES, useTheme } from "@/lib/theme";
import { useWorkspace } from "@/lib/workspace";

import { Brand } from "./brand";
import { PLACES, type Place } from "./places";
import { useSwitchWorkspace } from "./use-switch";

function Badge({ of }: { of: NonNullable<Place["badge"]> }) {
  const mine = useMineCount();
  const open = useOpenCount();
  const count = of === "approvals" ? mine : open;
  if (!count) return null;
  return (
    <span className="badge">
      {count}
      <span className="sr"> open</span>
    </span>
  );
}

const GROUPS = [...new Set(PLACES.map((place) => place.group))];

const current = { className: "", "aria-current": "page" } as const;

function PlaceLink({ place: { to, name, icon: Icon, badge }, large = false }: { place: Place; large?: boolean }) {
  return (
    <Link to={to} title={name} activeProps={current}>
      <Icon className={large ? "i i--l" : "i"} aria-hidden="true" />
      <span>{name}</span>
      {badge ? <Badge of={badge} /> : null}
    </Link>
  );
}

function WorkspaceSwitch() {
  const me = useMe();
  const workspace = useWorkspace((state) => state.workspace) ?? "";
  const switchTo = useSwitchWorkspace();
  return (
    <Menu
      align="start"
      trigger={
        <button className="ws" type="button" aria-label={`Workspace: ${workspace}`}>
          <span className="av av--group" aria-hidden="true">
            {initials(workspace)}
          </span>
          <span className="med cut">{workspace}</span>
          <ChevronsUpDown className="i i--s push" aria-hidden="true" />
        </button>
      }
    >
      <MenuLabel>Workspaces</MenuLabel>
      {me?.workspaces.map((one) => (
        <MenuItem key={one.workspace} onSelect={() => switchTo(one.workspace)}>
          {one.workspace}
          <span className="c3 push t12">{one.roles.join(", ")}</span>
        </MenuItem>
      ))}
    </Menu>
  );
}

function PersonMenu({ openKeys }: { openKeys: () => void }) {
  const me = useMe();
  const { theme } = useTheme();
  const name = me?.name ?? "Holder of the data directory";
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className="side-foot" aria-label={`${name}: theme, account, sign out`}>
          <span className="av" aria-hidden="true">
            {initials(name)}
          </span>
          <span className="cut">{name}</span>
        </button>
      }
    >
      <MenuLabel>Theme</MenuLabel>
      {THEMES.map((one) => (
        <MenuItem key={one} onSelect={() => chooseTheme(one)}>
          {capital(one)}
          {one === theme ? <span className="c3 push t12">chosen</span> : null}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem onSelect={openKeys}>
        Shortcuts <kbd className="kbd push">?</kbd>
      </MenuItem>
      <MenuItem onSelect={() => globalThis.location.assign("/account")}>Account</MenuItem>
      <MenuItem onSelect={() => void signOut()}>Sign out</MenuItem>
    </Menu>
  );
}

export function Side({ openPalette, openKeys }: { openPalette: () => void; openKeys: () => void }) {
  return (
    <nav className="side" aria-label="Main">
      <Brand />
      <WorkspaceSwitch />
      <button type="button" className="jump" onClick={openPalette} aria-label="Find or go" aria-keyshortcuts="Control+K">
        <Search className="i" aria-hidden="true" />
        <span>Any id or name</span>
        <kbd className="kbd push">Ctrl K</kbd>
      </button>
      {GROUPS.map((group) => (
        <div className="nav" key={group}>
          {PLACES.filter((place) => place.group === group).map((place) => (
            <PlaceLink key={place.to} place={place} />
          ))}
        </div>
      ))}
      <PersonMenu openKeys={openKeys} />
    </nav>
  );
}

/** At the thumb, on a phone. */
export function TabBar({ openPalette }: { openPalette: () => void }) {
  return (
    <nav className="tabbar" aria-label="Main, short">
      {PLACES.filter((place) => place.thumb).map((place) => (
        <PlaceLink key={place.to} place={place} large />
      ))}
      <button type="button" onClick={openPalette}>
        <Ellipsis className="i i--l" aria-hidden="true" />
        <span>More</span>
      </button>
    </nav>
  );
}
