import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { saveDraft } from "@/features/editor/api";

/**
 * Takes a text to the editor, as a draft on the server, where it is safe at once. A draft that is there already is nobody's
 * to write over: then the text stays where it was typed, and words say why.
 */
export function useToEditor(): (workflow: string, text: string) => Promise<void> {
  const navigate = useNavigate();
  const client = useQueryClient();
  return async (workflow, text) => {
    const kept = await saveDraft(workflow, { revision: 0, based_on: null, text, samples: {} });
    if (kept.kind === "outdated") {
      throw new Error(`there is a draft of ${workflow} already: open that one, or give this one another id`);
    }
    if (kept.kind === "unknown") throw new Error("this server keeps no drafts");
    void client.invalidateQueries({ queryKey: ["workflows", "drafts"] });
    await navigate({ to: "/workflows/$workflow/edit", params: { workflow } });
  };
}
