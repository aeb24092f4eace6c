import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { ArrowRight, Keyboard, LogOut, SunMoon, UserRound } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { capital } from "@/lib/format";
import { useMe } from "@/lib/me";
import { signOut } from "@/lib/sign-in";
import { chooseTheme, THEMES } from "@/lib/theme";
import { chooseWorkspace } from "@/lib/workspace";

import { PLACES } from "./places";

/** Where an id leads, by its first letters. */
function target(id: string) {
  if (/^run_\w{6,}$/.test(id)) return { to: "/runs/$run", params: { run: id } } as const;
  if (/^prp_\w{6,}$/.test(id)) return { to: "/inbox/approvals", search: { id } } as const;
  if (/^exc_\w{6,}$/.test(id)) return { to: "/inbox/exceptions", search: { id } } as const;
  return null;
}

interface PaletteProps {
  onClose: () => void;
  openKeys: () => void;
}

export function Palette({ onClose, openKeys }: PaletteProps) {
  const element = useRef<HTMLDialogElement>(null);
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  const found = target(typed.trim());
  return (
    <dialog
      ref={element}
      className="dialog palette"
      aria-label="Find or go"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === element.current && onClose()}
    >
      <Command label="Find or go" loop>
        <Command.Input value={typed} onValueChange={setTyped} placeholder="A page, a command, or any id" autoFocus />
        <Command.List>
          <Command.Empty>Nothing has this name. Ids of runs, proposals and exceptions can be pasted whole.</Command.Empty>
          {found ? (
            <Command.Item value={typed} onSelect={then(() => void navigate(found))}>
              <ArrowRight className="i" aria-hidden="true" />
              Open {typed.trim()}
            </Command.Item>
          ) : null}
          <Command.Group heading="Go to">
            {PLACES.map(({ to, name, icon: Icon }) => (
              <Command.Item key={to} onSelect={then(() => void navigate({ to }))}>
                <Icon className="i" aria-hidden="true" />
                {name}
              </Command.Item>
            ))}
          </Command.Group>
          <Commands then={then} openKeys={openKeys} />
        </Command.List>
      </Command>
    </dialog>
  );
}

function Commands({ then, openKeys }: { then: (act: () => void) => () => void; openKeys: () => void }) {
  const me = useMe();
  return (
    <Command.Group heading="Do">
      {(me?.workspaces.length ?? 0) > 1
        ? me?.workspaces.map(({ workspace }) => (
            <Command.Item key={workspace} onSelect={then(() => chooseWorkspace(workspace))}>
              <ArrowRight className="i" aria-hidden="true" />
              Switch to workspace {workspace}
            </Command.Item>
          ))
        : null}
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
      <Command.Item onSelect={then(() => globalThis.location.assign("/account"))}>
        <UserRound className="i" aria-hidden="true" />
        Your account: password, sessions, who stands in for you
      </Command.Item>
      <Command.Item onSelect={then(() => void signOut())}>
        <LogOut className="i" aria-hidden="true" />
        Sign out
      </Command.Item>
    </Command.Group>
  );
}
