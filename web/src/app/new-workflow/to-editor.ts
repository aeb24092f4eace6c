import { useNavigate } from "@tanstack/react-router";

import { saveDraft } from "@/features/editor/api";
import { handText } from "@/lib/handed-text";
import { useWorkspace } from "@/lib/workspace";

/**
 * Takes a text to the editor: as a draft on the server, where it is safe at once. Where the server keeps no drafts, or has
 * one of this workflow already, the text goes along in this tab and the editor asks what to do with it.
 */
export function useToEditor(): (workflow: string, text: string) => Promise<void> {
  const workspace = useWorkspace((state) => state.workspace) ?? "";
  const navigate = useNavigate();
  return async (workflow, text) => {
    const kept = await saveDraft(workflow, { revision: 0, based_on: null, text, samples: {} });
    if (kept.kind !== "kept") handText(workspace, workflow, text);
    await navigate({ to: "/workflows/$workflow/edit", params: { workflow } });
  };
}
