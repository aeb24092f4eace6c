import { createContext, useContext } from "react";
import { useStore } from "zustand";

import { graphOf, type Graph } from "../model/graph/graph";
import type { WorkflowDocument } from "../model/document";
import { run, type Command, type EditorState, type EditorStore } from "./editor-store";

export const EditorContext = createContext<EditorStore | null>(null);

export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext);
  if (!store) throw new Error("nothing is edited here");
  return store;
}

export function useEditor<T>(select: (state: EditorState) => T): T {
  return useStore(useEditorStore(), select);
}

export const useDocument = (): WorkflowDocument => useEditor((state) => state.history.document);

export const useGraph = (): Graph => useEditor((state) => graphOf(state.history.document, state.catalog.model));

/** Runs a command on the document that is edited. */
export function useRun(): (command: Command) => boolean {
  const store = useEditorStore();
  return (command) => run(store, command);
}

/** The one node that is chosen; nothing where none or several are. */
export const useChosen = (): string | null => useEditor((state) => (state.history.selected.length === 1 ? (state.history.selected[0] ?? null) : null));
