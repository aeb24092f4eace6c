import { create } from "zustand";

const KEY = "throughline.workspace";

/** The workspace that is shown. Null until it is known which ones there are. */
export const useWorkspace = create<{ workspace: string | null }>()(() => ({ workspace: localStorage.getItem(KEY) }));

export function currentWorkspace(): string | null {
  return useWorkspace.getState().workspace;
}

export function chooseWorkspace(workspace: string | null): void {
  if (workspace === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, workspace);
  useWorkspace.setState({ workspace });
}
