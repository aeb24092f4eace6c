import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

import { useShortcuts } from "@/lib/shortcuts";

import { PLACES } from "./places";

export type Overlay = "palette" | "keys" | null;

/** Keys that work on every page. */
export function useShellKeys(open: (overlay: Overlay) => void): void {
  const navigate = useNavigate();
  useShortcuts("Everywhere", [
    { keys: "?", label: "Shortcuts", run: () => open("keys") },
    { keys: "/", label: "Find or go", run: () => open("palette") },
    ...PLACES.map(({ key, name, to }) => ({ keys: `g ${key}`, label: `Go to ${name}`, run: () => void navigate({ to }) })),
  ]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open("palette");
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [open]);
}
