import { useSyncExternalStore } from "react";

const TICK = 20_000;

let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  now = new Date();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    // Nobody looked for a while: what was kept may be old.
    if (Date.now() - now.getTime() > TICK) now = new Date();
    timer = setInterval(tick, TICK);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** The time, again every twenty seconds, so that deadlines and ages stay true while a page is open. One clock for all rows. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now);
}
