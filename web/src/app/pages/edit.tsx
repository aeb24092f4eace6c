import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { CrumbUp } from "@/components/crumb";
import { Empty, Failed, Skeleton } from "@/components/states";
import { Editor } from "@/features/editor/editor";
import { open, type Opened } from "@/features/editor/saving/opening";
import { AutosaveContext, useKeeping } from "@/features/editor/saving/use-autosave";
import { createEditor, writeText } from "@/features/editor/state/editor-store";
import { useRight } from "@/lib/me";
import { useMedia } from "@/lib/narrow";
import { useWorkspace } from "@/lib/workspace";

/** The editor of one workflow: at the address of a workflow that is not there yet one can be begun. */
export function EditPage() {
  const { workflow } = useParams({ from: "/workflows/$workflow/edit" });
  const { begin } = useSearch({ from: "/workflows/$workflow/edit" });
  const workspace = useWorkspace((state) => state.workspace) ?? "";
  const [begun, setBegun] = useState(begin !== undefined);
  const query = useQuery({
    queryKey: ["editor", workspace, workflow, begun],
    queryFn: () => open(workspace, workflow, begun),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  useEffect(() => {
    document.title = `${workflow} · Throughline`;
  }, [workflow]);
  if (query.data) return <Opening key={`${workspace}/${workflow}`} workspace={workspace} workflow={workflow} opening={query.data} />;
  return (
    <>
      <header className="top">
        <div className="crumb">
          <CrumbUp to="/workflows" name="Workflows" />
          <h1 className="h2 cut">{workflow}</h1>
        </div>
      </header>
      {query.data === null ? <NotThere workflow={workflow} begin={() => setBegun(true)} /> : query.error ? <Failed error={query.error} again={() => void query.refetch()} kept="Nothing that was typed here is lost" /> : <Skeleton rows={8} />}
    </>
  );
}

function NotThere({ workflow, begin }: { workflow: string; begin: () => void }) {
  return (
    <div className="stack">
      <Empty title={`There is no workflow “${workflow}” yet`}>It can be begun here: an empty line to put steps on, kept as a draft until it is published.</Empty>
      <button type="button" className="btn btn--go justify-self-center" onClick={begin}>
        Begin it
      </button>
    </div>
  );
}

/** Below this width the canvas shows, and changes nothing. */
const NARROW = "(max-width: 1023px)";

function Opening({ workspace, workflow, opening }: { workspace: string; workflow: string; opening: Opened }) {
  const may = useRight("build");
  const readOnly = useMedia(NARROW) || may === false;
  const [store] = useState(() => {
    const made = createEditor({ workflow, text: opening.text, samples: opening.samples, readOnly: false, published: opening.published });
    if (opening.unsaved) {
      writeText(made, opening.unsaved.text, "Go on with what was not saved");
      made.setState({ samples: opening.unsaved.samples });
    }
    return made;
  });
  useEffect(() => store.setState({ readOnly }), [store, readOnly]);
  const autosave = useKeeping(store, workspace, workflow, opening);
  return (
    <AutosaveContext.Provider value={autosave}>
      <Editor store={store} />
    </AutosaveContext.Provider>
  );
}
