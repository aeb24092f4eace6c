import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";

import { Empty, Failed, Skeleton } from "@/components/states";
import { useDays, useLastRuns, useOpenExceptions, useTriggers, useWorkflowList, type Workflow } from "@/features/workflows/api";
import { Drafts } from "@/features/workflows/drafts";
import { WorkflowTable } from "@/features/workflows/list";
import { ratesOf } from "@/features/workflows/rates";
import { StartDialog } from "@/features/workflows/start-dialog";
import { useRight } from "@/lib/me";
import { useShortcuts } from "@/lib/shortcuts";
import { useTitle } from "@/lib/title";

import { NewWorkflow, WAYS } from "../new-workflow/new-menu";

export function WorkflowsPage() {
  const search = useSearch({ from: "/workflows" });
  const navigate = useNavigate({ from: "/workflows" });
  const builds = useRight("build");
  const list = useWorkflowList();
  const { items } = list;
  const taken = useMemo(() => new Set(items.map((one) => one.workflow)), [items]);
  const [focused, setFocused] = useState<string>();
  const [starting, setStarting] = useState<Workflow | null>(null);
  useTitle("Workflows");
  const move = (step: number) => {
    const at = items.findIndex((one) => one.workflow === focused);
    setFocused(items[Math.min(Math.max(at + step, 0), items.length - 1)]?.workflow);
  };
  useShortcuts("Workflows", [
    { keys: "j", label: "Next", run: () => move(1) },
    { keys: "k", label: "Previous", run: () => move(-1) },
    { keys: "o", label: "Open", run: () => focused && void navigate({ to: "/workflows/$workflow", params: { workflow: focused } }) },
    { keys: "n", label: "New workflow", run: () => builds !== false && void navigate({ search: { new: "blank" } }) },
  ]);
  const asked = WAYS.find((one) => one === search.new);
  return (
    <>
      <header className="top">
        <h1 className="h2">Workflows</h1>
        {list.loading || list.error ? null : <span className="badge">{items.length}</span>}
        <span className="push row">{builds === false ? <span className="t12 c3 wide">Workflows are made by builders</span> : <NewWorkflow taken={taken} asked={asked} onAsked={(way) => void navigate({ search: way ? { new: way } : {} })} />}</span>
      </header>
      <div className="page">
        {list.loading ? (
          <section className="panel">
            <Skeleton rows={5} two />
          </section>
        ) : list.error ? (
          <Failed error={list.error} again={list.again} kept="Workflows run on without this page." />
        ) : items.length === 0 ? (
          <Empty title="There is no workflow yet">A workflow says what begins it, what happens then, and who owns what stops. Begin with a pack, blank, with a text, or with an export from n8n, by the button above.</Empty>
        ) : (
          <Body items={items} focused={focused} start={setStarting} />
        )}
        {builds === true ? <Drafts /> : null}
      </div>
      {starting ? <StartDialog workflow={starting} onClose={() => setStarting(null)} /> : null}
    </>
  );
}

function Body({ items, focused, start }: { items: readonly Workflow[]; focused: string | undefined; start: (workflow: Workflow) => void }) {
  const triggers = useTriggers().items;
  const days = useDays().data;
  const rates = useMemo(() => ratesOf(days ?? []), [days]);
  const byWorkflow = useMemo(() => new Map(triggers.map((one) => [one.workflow, one])), [triggers]);
  const open = useOpenExceptions();
  const last = useLastRuns(items);
  return <WorkflowTable workflows={items} triggers={byWorkflow} rates={rates} open={open} last={last} focused={focused} start={start} />;
}
