/** A text as the server keeps it. */
export interface Saved {
  readonly text: string;
  /** The server's version of the draft: a save names the one it is made from. */
  readonly version: string;
}

/**
 * What is known about keeping the draft. Nothing is ever thrown away here: when another tab has saved meanwhile, both
 * texts stand side by side until a person has chosen.
 */
export interface SaveState {
  readonly saved: Saved;
  /** What the server has been asked to keep, while it has not answered. */
  readonly sending: string | null;
  /** What another tab or person has saved meanwhile. */
  readonly theirs: Saved | null;
  /** Why the last attempt failed: it will be tried again. */
  readonly failure: string | null;
  /** Attempts that failed one after the other. */
  readonly failures: number;
}

export type SaveStatus = "saved" | "dirty" | "saving" | "failed" | "conflict";

export function opened(saved: Saved): SaveState {
  return { saved, sending: null, theirs: null, failure: null, failures: 0 };
}

export function isDirty(state: SaveState, text: string): boolean {
  return state.saved.text !== text;
}

export function statusOf(state: SaveState, text: string): SaveStatus {
  if (state.theirs) return "conflict";
  if (state.sending !== null) return "saving";
  if (!isDirty(state, text)) return "saved";
  return state.failure === null ? "dirty" : "failed";
}

/** What to send now: nothing while an answer is awaited, or while two texts wait for a choice. */
export function toSend(state: SaveState, text: string): { readonly text: string; readonly from: string } | null {
  if (state.sending !== null || state.theirs || !isDirty(state, text)) return null;
  return { text, from: state.saved.version };
}

/** Milliseconds until the next attempt: longer after each failure, and never longer than half a minute. */
export function retryAfter(state: SaveState): number {
  return state.failures === 0 ? 0 : Math.min(30_000, 1000 * 2 ** (state.failures - 1));
}

export function sending(state: SaveState, text: string): SaveState {
  return { ...state, sending: text };
}

export function accepted(state: SaveState, version: string): SaveState {
  const text = state.sending ?? state.saved.text;
  return { saved: { text, version }, sending: null, theirs: null, failure: null, failures: 0 };
}

export function failed(state: SaveState, reason: string): SaveState {
  return { ...state, sending: null, failure: reason, failures: state.failures + 1 };
}

/** The server has another version than the one the save was made from. */
export function conflicted(state: SaveState, theirs: Saved): SaveState {
  if (theirs.text === state.sending) return accepted(state, theirs.version);
  return { ...state, sending: null, theirs, failure: null, failures: 0 };
}

/** Another tab has saved: taken over where nothing was changed here. The caller shows the new text then. */
export function changedElsewhere(state: SaveState, theirs: Saved, text: string): { readonly state: SaveState; readonly takeOver: boolean } {
  if (theirs.version === state.saved.version) return { state, takeOver: false };
  if (theirs.text === text) return { state: opened(theirs), takeOver: false };
  if (!isDirty(state, text) && state.sending === null) return { state: opened(theirs), takeOver: true };
  return { state: { ...state, theirs }, takeOver: false };
}

/** A person has chosen: whatever text is on the screen now is made from their version, and saved as the next one. */
export function resolved(state: SaveState): SaveState {
  return state.theirs ? opened(state.theirs) : state;
}
