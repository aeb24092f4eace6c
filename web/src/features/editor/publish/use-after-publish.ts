import { useQueryClient } from "@tanstack/react-query";

import { toast } from "@/lib/toasts";

import { discardDraft, type Published } from "../api";
import { useAutosave } from "../saving/use-autosave";
import { openOverlay, textOf } from "../state/editor-store";
import { useEditorStore } from "../state/context";

/** What follows a version: what is compared with, and the draft, unless that says something else by now. */
export function useAfterPublish(): (done: Published, text: string) => void {
  const store = useEditorStore();
  const autosave = useAutosave();
  const client = useQueryClient();
  return (done, text) => {
    const { workflow } = store.getState();
    store.setState({ published: { version: done.version, text } });
    // It is published, whatever becomes of the draft: one that stays is shown as what it is.
    const gone = (): void => autosave.published(done.version);
    if (textOf(store.getState()) === text) void discardDraft(workflow, autosave.revision()).then(gone, gone);
    for (const queryKey of [["workflow"], ["workflows"]]) void client.invalidateQueries({ queryKey });
    toast(done.unchanged ? "It says the same as the current version" : `Version ${done.version} is published`);
    openOverlay(store, null);
  };
}
