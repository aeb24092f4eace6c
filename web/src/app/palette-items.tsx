import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { ArrowRight, BookUser, Keyboard, LogOut, Plug, SunMoon, Workflow } from "lucide-react";

import { useConnectionList } from "@/features/connections/api";
import { useWorkflowList } from "@/features/workflows/api";
import { capital } from "@/lib/format";
import { useMe } from "@/lib/me";
import { signOut } from "@/lib/sign-in";
import { chooseTheme, THEMES } from "@/lib/theme";
import { useWorkspace } from "@/lib/workspace";

import { DEEDS, type Deed } from "./commands";
import { PLACES } from "./places";
import { useSwitchWorkspace } from "./use-switch";

type Then = (act: () => void) => () => void;

/** Where an id leads, by its first letters. */
function target(id: string) {
  if (/^run_\w{6,}$/.test(id)) return { to: "/runs/$run", params: { run: id } } as const;
  if (/^prp_\w{6,}$/.test(id)) return { to: "/inbox/approvals", search: { id, show: "open" } } as const;
  if (/^exc_\w{6,}$/.test(id)) return { to: "/inbox/exceptions", search: { id } } as const;
  return null;
}

/** What was typed: an id to open, or words to look for in every record. */
export function Typed({ typed, then }: { typed: string; then: Then }) {
  const navigate = useNavigate();
  const words = typed.trim();
  const found = target(words);
  if (words.length < 2) return null;
  return (
    <Command.Group heading="Find" forceMount>
      {found ? (
        <Command.Item forceMount value={`open ${words}`} onSelect={then(() => void navigate(found))}>
          <ArrowRight className="i" aria-hidden="true" />
          Open {words}
        </Command.Item>
      ) : (
        <Command.Item forceMount value={`records ${words}`} onSelect={then(() => void navigate({ to: "/records", search: { q: words } }))}>
          <BookUser className="i" aria-hidden="true" />
          Look for “{words}” in records
        </Command.Item>
      )}
    </Command.Group>
  );
}

export function Places({ then }: { then: Then }) {
  const navigate = useNavigate();
  return (
    <Command.Group heading="Go to">
      {PLACES.map(({ to, name, icon: Icon, key }) => (
        <Command.Item key={to} onSelect={then(() => void navigate({ to }))}>
          <Icon className="i" aria-hidden="true" />
          {name}
          <span className="push row gap-1 wide" aria-hidden="true">
            <kbd className="kbd">g</kbd>
            <kbd className="kbd">{key}</kbd>
          </span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

const MOST = 30;

/** Workflows and connections by their names, once something is typed. */
export function Things({ typed, then }: { typed: string; then: Then }) {
  const navigate = useNavigate();
  const workflows = useWorkflowList().items;
  const connections = useConnectionList().items;
  if (typed.trim() === "") return null;
  return (
    <Command.Group heading="Here">
      {workflows.slice(0, MOST).map(({ workflow, title }) => (
        <Command.Item key={workflow} value={`workflow ${title} ${workflow}`} onSelect={then(() => void navigate({ to: "/workflows/$workflow", params: { workflow } }))}>
          <Workflow className="i" aria-hidden="true" />
          {title || workflow}
        </Command.Item>
      ))}
      {connections.slice(0, MOST).map(({ name }) => (
        <Command.Item key={name} value={`connection ${name}`} onSelect={then(() => void navigate({ to: "/connections/$connection", params: { connection: name } }))}>
          <Plug className="i" aria-hidden="true" />
          Connection {name}
        </Command.Item>
      ))}
    </Command.Group>
  );
}

export function Deeds({ then, openKeys }: { then: Then; openKeys: () => void }) {
  const me = useMe();
  const workspace = useWorkspace((state) => state.workspace);
  const navigate = useNavigate();
  const switchTo = useSwitchWorkspace();
  const rights = me?.workspaces.find((one) => one.workspace === workspace)?.rights ?? [];
  const may = ({ needs }: Deed): boolean => needs === undefined || (needs === "server" ? (me?.server_rights.includes("server") ?? false) : rights.includes(needs));
  return (
    <Command.Group heading="Do">
      {DEEDS.filter(may).map(({ words, icon: Icon, to }) => (
        <Command.Item key={words} onSelect={then(() => void navigate(to))}>
          <Icon className="i" aria-hidden="true" />
          {words}
        </Command.Item>
      ))}
      {me?.workspaces
        .filter((one) => one.workspace !== workspace)
        .map((one) => (
          <Command.Item key={one.workspace} onSelect={then(() => switchTo(one.workspace))}>
            <ArrowRight className="i" aria-hidden="true" />
            Switch to workspace {one.workspace}
          </Command.Item>
        ))}
      {THEMES.map((theme) => (
        <Command.Item key={theme} onSelect={then(() => chooseTheme(theme))}>
          <SunMoon className="i" aria-hidden="true" />
          {theme === "system" ? "Theme as the system has it" : `${capital(theme)} theme`}
        </Command.Item>
      ))}
      <Command.Item onSelect={openKeys}>
        <Keyboard className="i" aria-hidden="true" />
        Shortcuts
      </Command.Item>
      <Command.Item onSelect={then(() => void signOut())}>
        <LogOut className="i" aria-hidden="true" />
        Sign out
      </Command.Item>
    </Command.Group>
  );
}
