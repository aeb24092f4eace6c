import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { PenLine, Play } from "lucide-react";
import { useState } from "react";

import { CrumbUp } from "@/components/crumb";
import { Owner } from "@/components/pieces";
import { Failed, Skeleton } from "@/components/states";
import { useTriggers, workflowOptions, type WorkflowDetail } from "@/features/workflows/api";
import { StageChip } from "@/features/workflows/list";
import { Begins, Facts, LastRuns, Text, Versions } from "@/features/workflows/panels";
import { StartDialog } from "@/features/workflows/start-dialog";
import { isManual } from "@/features/workflows/words";
import { useRight } from "@/lib/me";
import { useShortcuts } from "@/lib/shortcuts";
import { useTitle } from "@/lib/title";
import { useWorkspace } from "@/lib/workspace";

export function WorkflowPage() {
  const { workflow: id } = useParams({ from: "/workflows/$workflow" });
  const workspace = useWorkspace((state) => state.workspace);
  const query = useQuery(workflowOptions(workspace, id));
  useTitle(query.data?.title || id);
  return (
    <>
      <header className="top">
        <div className="crumb">
          <CrumbUp to="/workflows" name="Workflows" />
          <b className="cut">{query.data?.title || id}</b>
        </div>
        {query.data ? <StageChip workflow={query.data} /> : null}
        <span className="push row">{query.data ? <Actions workflow={query.data} /> : null}</span>
      </header>
      {query.data ? <Body workflow={query.data} /> : query.error ? <Failed error={query.error} again={() => void query.refetch()} kept="What it runs goes on." /> : <Skeleton rows={8} />}
    </>
  );
}

function Actions({ workflow }: { workflow: WorkflowDetail }) {
  const operates = useRight("operate");
  const builds = useRight("build");
  const trigger = useTriggers().items.find((one) => one.workflow === workflow.workflow);
  const [starting, setStarting] = useState(false);
  const navigate = useNavigate();
  const edit = () => void navigate({ to: "/workflows/$workflow/edit", params: { workflow: workflow.workflow } });
  const startable = operates !== false && isManual(trigger) && workflow.state === "published";
  useShortcuts("This workflow", [
    { keys: "e", label: builds === false ? "Look at it in the editor" : "Edit", run: edit },
    ...(startable ? [{ keys: "s", label: "Start a run", run: () => setStarting(true) }] : []),
  ]);
  return (
    <>
      {startable ? (
        <button type="button" className="btn btn--s" onClick={() => setStarting(true)}>
          <Play className="i i--s" aria-hidden="true" />
          Start
        </button>
      ) : null}
      <button type="button" className="btn btn--go btn--s" onClick={edit}>
        <PenLine className="i i--s" aria-hidden="true" />
        {builds === false ? "Look" : "Edit"}
        {builds === false ? <span className="wide"> inside</span> : null}
      </button>
      {starting ? <StartDialog workflow={workflow} onClose={() => setStarting(false)} /> : null}
    </>
  );
}

function Body({ workflow }: { workflow: WorkflowDetail }) {
  const trigger = useTriggers().items.find((one) => one.workflow === workflow.workflow);
  return (
    <div className="page">
      <div className="stack">
        <h1 className="h1">{workflow.title || workflow.workflow}</h1>
        <p className="row row--wrap facts">
          <span className="id">{workflow.workflow}</span>
          <span className="c2">version {workflow.version}</span>
          <Owner owner={workflow.owner} />
        </p>
      </div>
      <div className="cols">
        <div className="stack stack--4">
          <LastRuns workflow={workflow.workflow} />
          <Text workflow={workflow} />
        </div>
        <div className="stack stack--4">
          <Facts workflow={workflow} />
          <Begins workflow={workflow} trigger={trigger} />
          <Versions workflow={workflow.workflow} />
        </div>
      </div>
    </div>
  );
}
