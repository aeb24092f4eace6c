import { ReactFlowProvider } from "@xyflow/react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo } from "react";

import { useWorkspace } from "@/lib/workspace";

import { catalogOptions } from "./api";
import { Canvas } from "./canvas/canvas";
import { useCanvasKeys } from "./canvas/keys";
import { PartsStrip } from "./checklist/strip";
import { ProblemsDock } from "./dock/problems-dock";
import { useProblems } from "./dock/use-problems";
import { EditorBar } from "./editor-bar";
import { EditorContext, useEditor, useEditorStore } from "./state/context";
import { indexCatalog } from "./state/catalog";
import type { EditorStore } from "./state/editor-store";
import { Inspector } from "./inspector/inspector";
import { Overlays } from "./overlays";

import "./editor.css";

const TextView = lazy(() => import("./text/text-view").then((module) => ({ default: module.TextView })));
const ChangesView = lazy(() => import("./publish/changes-view").then((module) => ({ default: module.ChangesView })));

/** The editor of one workflow, with everything around the canvas. */
export function Editor({ store }: { store: EditorStore }) {
  return (
    <EditorContext.Provider value={store}>
      <ReactFlowProvider>
        <Workbench />
      </ReactFlowProvider>
    </EditorContext.Provider>
  );
}

/** What is installed on the server, as soon as it is known. */
function useCatalog(): void {
  const store = useEditorStore();
  const workspace = useWorkspace((state) => state.workspace);
  const connectors = useQuery(catalogOptions(workspace)).data;
  const index = useMemo(() => (connectors ? indexCatalog(connectors) : null), [connectors]);
  useEffect(() => {
    if (index) store.setState({ catalog: index });
  }, [index, store]);
}

function Workbench() {
  useCatalog();
  useCanvasKeys();
  const problems = useProblems();
  const view = useEditor((state) => state.view);
  return (
    <>
      <EditorBar problems={problems} />
      <div className={view === "canvas" ? "ed" : "ed ed--beside"}>
        <PartsStrip />
        <Canvas />
        <ProblemsDock problems={problems} />
        {view === "canvas" ? (
          <Inspector />
        ) : (
          <Suspense fallback={<aside className="insp" aria-label="Loading" />}>{view === "text" ? <TextView problems={problems.problems} /> : <ChangesView />}</Suspense>
        )}
      </div>
      <Overlays problems={problems} />
    </>
  );
}
