import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState } from "react";

import { loadDraft, saveDraft } from "../api";
import type { EditorStore } from "../state/editor-store";
import { Autosave } from "./autosave";
import { forget, hold, keep, keyOf, tabId } from "./kept";
import type { Opened } from "./opening";

export const AutosaveContext = createContext<Autosave | null>(null);

export function useAutosave(): Autosave {
  const autosave = useContext(AutosaveContext);
  if (!autosave) throw new Error("nothing is kept here");
  return autosave;
}

interface News {
  readonly key: string;
  readonly revision: number;
}

/** Keeps the draft while the page is open, and hears of other tabs. */
export function useKeeping(store: EditorStore, workspace: string, workflow: string, opening: Opened): Autosave {
  const client = useQueryClient();
  const [keeping] = useState(() => {
    const key = keyOf(workspace, workflow, tabId());
    const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("throughline.drafts");
    const autosave = new Autosave(
      store,
      {
        save: async (body) => {
          const kept = await saveDraft(workflow, body);
          // The first one: lists of drafts have one more.
          if (body.revision === 0) void client.invalidateQueries({ queryKey: ["workflows", "drafts"] });
          return kept;
        },
        load: () => loadDraft(workflow),
        keep: (kept) => keep(key, kept),
        forget: () => forget(key),
        tell: (revision) => channel?.postMessage({ key: `${workspace}/${workflow}`, revision } satisfies News),
        now: () => Date.now(),
        later: (run, ms) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
        show: (saving) => store.setState({ saving }),
      },
      { state: opening.save, savedAt: opening.savedAt, basedOn: opening.basedOn },
    );
    return { autosave, channel, key };
  });
  useEffect(() => {
    const { autosave, channel, key } = keeping;
    const release = hold(key);
    const stop = autosave.start();
    const hear = ({ data }: MessageEvent<News>): void => {
      if (data.key === `${workspace}/${workflow}`) void autosave.elsewhere();
    };
    const seen = (): void => {
      if (document.visibilityState === "hidden") autosave.keepNow();
      else void autosave.elsewhere();
    };
    const leave = (): void => autosave.keepNow();
    // What is not on the server yet is stamped, so that other tabs see that it has somebody.
    const stamp = setInterval(() => autosave.keepNow(), 5_000);
    channel?.addEventListener("message", hear);
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("pagehide", leave);
    return () => {
      clearInterval(stamp);
      channel?.removeEventListener("message", hear);
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("pagehide", leave);
      void autosave.send();
      stop();
      release();
    };
  }, [keeping, workflow, workspace]);
  return keeping.autosave;
}
