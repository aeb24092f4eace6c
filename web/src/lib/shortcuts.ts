import { useEffect, useRef } from "react";
import { create } from "zustand";

export interface Shortcut {
  /** As `KeyboardEvent.key` says it; two keys in a row are separated by a space. */
  keys: string;
  label: string;
  run: () => void;
}

interface Registered {
  group: string;
  shortcuts: readonly Shortcut[];
}

export const useShortcutSheet = create<{ groups: readonly Registered[] }>()(() => ({ groups: [] }));

/** Whether a key means text here, or a dialog is open that has keys of its own. */
export function isTyping(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]")) return true;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.closest("[role=menu]") !== null;
}

const SEQUENCE_MS = 900;
let pending: { key: string; at: number } | null = null;

/** The shortcut that this key, with the one before it, means. Behind the first key of a pair a key is never one alone. */
export function meant(shortcuts: readonly Shortcut[], key: string, before: string | null, begun = false): Shortcut | undefined {
  const pair = before === null ? undefined : shortcuts.find(({ keys }) => keys === `${before} ${key}`);
  return pair ?? (begun ? undefined : shortcuts.find(({ keys }) => keys === key));
}

/** Whether a key begins a pair anywhere on the page. */
const begins = (key: string | null): boolean => key !== null && useShortcutSheet.getState().groups.some(({ shortcuts }) => shortcuts.some(({ keys }) => keys.startsWith(`${key} `)));

/** Keys that work while this component is shown, also listed in the sheet of shortcuts. */
export function useShortcuts(group: string, shortcuts: readonly Shortcut[]): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  const words = shortcuts.map(({ keys, label }) => `${keys}=${label}`).join("\n");
  useEffect(() => {
    const entry: Registered = { group, shortcuts: current.current };
    useShortcutSheet.setState(({ groups }) => ({ groups: [...groups, entry] }));
    return () => useShortcutSheet.setState(({ groups }) => ({ groups: groups.filter((one) => one !== entry) }));
  }, [group, words]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const before = pending && event.timeStamp - pending.at < SEQUENCE_MS ? pending.key : null;
      const shortcut = meant(current.current, event.key, before, begins(before));
      if (shortcut) {
        event.preventDefault();
        shortcut.run();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

/** Remembers the first key of a pair; it listens last, after every shortcut has looked. */
export function rememberKeys(): void {
  window.addEventListener("keydown", (event) => {
    if (!isTyping(event.target)) pending = { key: event.key, at: event.timeStamp };
  });
}
