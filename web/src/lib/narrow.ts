import { useSyncExternalStore } from "react";

const PHONE = "(max-width: 640px)";

/** Follows whether the window is at most so wide. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = globalThis.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => globalThis.matchMedia(query).matches,
  );
}

/** One column, as on a phone: what the style sheets call narrow. */
export const usePhone = (): boolean => useMedia(PHONE);

/** A table is cards, the name of the column before each value. */
export const useCards = (): boolean => useMedia("(max-width: 860px)");
