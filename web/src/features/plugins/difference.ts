import type { Plugin } from "./api";

export interface Line {
  words: string;
  /** Nobody has agreed to this yet; null: the server does not say. */
  fresh: boolean | null;
  /** It cannot be taken back. */
  final: boolean;
}

interface Known {
  actions: ReadonlySet<string>;
  triggers: ReadonlySet<string>;
  hosts: readonly string[];
}

/** What is known of the version that is installed; null: there is none. */
export const knownOf = (before: Plugin | undefined, hosts: readonly string[]): Known | null => (before ? { actions: new Set(before.actions), triggers: new Set(before.triggers), hosts } : null);

function isFresh(words: string, known: Known | null): boolean | null {
  if (known === null) return true;
  const action = /^can ([\w.]+):/.exec(words)?.[1];
  if (action !== undefined) return !known.actions.has(action);
  const trigger = /^receives events `([\w.]+)`/.exec(words)?.[1];
  if (trigger !== undefined) return !known.triggers.has(trigger);
  const host = /^talks to (\S+) \(/.exec(words)?.[1];
  if (host !== undefined && known.hosts.length > 0) return !known.hosts.includes(host);
  return null;
}

/** What a plugin asks for, what it did not ask for before first. */
export function difference(words: readonly string[], known: Known | null): Line[] {
  const lines = words.map((one) => ({ words: one, fresh: isFresh(one, known), final: one.includes("CANNOT BE UNDONE") }));
  return [...lines].sort((one, other) => Number(other.fresh === true) - Number(one.fresh === true));
}
