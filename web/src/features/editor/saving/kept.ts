/** What was typed in one tab and is not on the server yet. */
export interface KeptText {
  readonly text: string;
  readonly samples: Readonly<Record<string, unknown>>;
  /** What it was made from: the draft as the server had it, and its revision. */
  readonly base: { readonly text: string; readonly samples: Readonly<Record<string, unknown>>; readonly revision: number };
  readonly basedOn: number | null;
  readonly at: number;
}

interface Found {
  readonly key: string;
  readonly kept: KeptText;
}

const PREFIX = "throughline.editor";
const TAB = "throughline.tab";
/** A tab that lives stamps its text more often than this. */
const SILENT_MS = 15_000;

/** Names the tab: the same after a reload, another in another tab. */
export function tabId(): string {
  const known = sessionStorage.getItem(TAB);
  if (known !== null) return known;
  const made = Math.random().toString(36).slice(2, 10);
  sessionStorage.setItem(TAB, made);
  return made;
}

const place = (workspace: string, workflow: string): string => `${PREFIX}/${workspace}/${workflow}/`;
export const keyOf = (workspace: string, workflow: string, tab: string): string => place(workspace, workflow) + tab;

/** False where the browser has no room for it. */
export function keep(key: string, kept: KeptText): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

export const forget = (key: string): void => localStorage.removeItem(key);

function readKept(key: string): KeptText | null {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<KeptText> | null;
    return value && typeof value.text === "string" && typeof value.base?.text === "string" ? (value as KeptText) : null;
  } catch {
    return null;
  }
}

/** The text that this tab, or one that is no longer there, did not get to the server. */
export async function findKept(workspace: string, workflow: string, tab: string, now: number): Promise<Found | null> {
  const own = keyOf(workspace, workflow, tab);
  const mine = readKept(own);
  if (mine) return { key: own, kept: mine };
  const held = await heldKeys();
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(place(workspace, workflow)) && key !== own);
  const orphans = keys.flatMap((key): Found[] => {
    const kept = readKept(key);
    const alive = held ? held.has(key) : kept !== null && now - kept.at < SILENT_MS;
    return kept && !alive ? [{ key, kept }] : [];
  });
  return orphans.sort((left, right) => right.kept.at - left.kept.at)[0] ?? null;
}

/** Which texts belong to tabs that are open; nothing where the browser does not say it. */
async function heldKeys(): Promise<Set<string> | null> {
  if (!("locks" in navigator)) return null;
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => name ?? []));
}

/** Says to other tabs that this text has somebody, until the answer is called. */
export function hold(key: string): () => void {
  if (!("locks" in navigator)) return () => undefined;
  const ended = new AbortController();
  let release = (): void => ended.abort();
  void navigator.locks
    .request(key, { signal: ended.signal }, () => new Promise<void>((resolve) => (release = resolve)))
    .catch(() => undefined);
  return () => release();
}
