import { useNavigate, useSearch } from "@tanstack/react-router";
import { Database, Download } from "lucide-react";
import { useMemo, useState } from "react";

import { Segments } from "@/components/field";
import { Empty, Failed, Skeleton } from "@/components/states";
import { periodOf, useDays, type Day } from "@/features/figures/api";
import { DecisionCard, OpenCard, RateCard, ResolutionCard } from "@/features/figures/cards";
import { AgesChart, RateChart, ReasonsChart, RunsChart } from "@/features/figures/charts";
import { buckets } from "@/features/figures/sums";
import { ViewsDialog } from "@/features/figures/views-dialog";
import { useWorkflows } from "@/features/runs/api";
import { csv, download } from "@/lib/download";
import { useNow } from "@/lib/now";
import { useShortcuts } from "@/lib/shortcuts";
import { useTitle } from "@/lib/title";

const PERIODS = { "7": { label: "7 days", days: 7, size: 1 }, "28": { label: "28 days", days: 28, size: 1 }, "91": { label: "13 weeks", days: 91, size: 7 } } as const;
type PeriodKey = keyof typeof PERIODS;
const KEYS: readonly PeriodKey[] = ["7", "28", "91"];

const save = (days: readonly Day[], from: string, to: string) =>
  download(csv(["workspace", "workflow", "day", "runs", "ended", "straight_through", "rate"], days.map((one) => [one.workspace, one.workflow, one.day, one.runs, one.ended, one.straight_through, one.rate ?? null])), `straight-through-${from}-${to}.csv`, "text/csv");

export function FiguresPage() {
  const search = useSearch({ from: "/figures" });
  const navigate = useNavigate({ from: "/figures" });
  const key = KEYS.find((one) => one === search.days) ?? "28";
  const now = useNow();
  const today = now.toISOString().slice(0, 10);
  const period = useMemo(() => periodOf(PERIODS[key].days, new Date(`${today}T12:00:00Z`)), [key, today]);
  const query = useDays(period.from, period.to, search.workflow);
  const [views, setViews] = useState(false);
  useTitle("Figures");
  const choose = (part: { days?: string; workflow?: string }) => void navigate({ search: Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value)) });
  useShortcuts("Figures", [
    { keys: "d", label: "Download as CSV", run: () => query.data && save(query.data, period.from, period.to) },
    { keys: "q", label: "The same figures in SQL", run: () => setViews(true) },
  ]);
  return (
    <>
      <header className="top top--two">
        <h1 className="h2">Figures</h1>
        <Segments<PeriodKey> label="Period" value={key} options={KEYS.map((value) => ({ value, label: PERIODS[value].label }))} onChange={(days) => choose({ days })} />
        <span className="push row">
          <WorkflowChoice value={search.workflow} onChange={(workflow) => choose({ workflow })} />
          <button type="button" className="btn btn--s wide" disabled={!query.data} onClick={() => query.data && save(query.data, period.from, period.to)}>
            <Download className="i i--s" aria-hidden="true" />
            CSV
          </button>
          <button type="button" className="btn btn--s wide" onClick={() => setViews(true)}>
            <Database className="i i--s" aria-hidden="true" />
            SQL views
          </button>
        </span>
      </header>
      {query.data ? <Body days={query.data} period={period.days} size={PERIODS[key].size} workflow={search.workflow} now={now} /> : query.error ? <Failed error={query.error} again={() => void query.refetch()} kept="Everything is still counted." /> : <Loading />}
      {views ? <ViewsDialog onClose={() => setViews(false)} /> : null}
    </>
  );
}

function WorkflowChoice({ value, onChange }: { value: string | undefined; onChange: (workflow: string) => void }) {
  const workflows = useWorkflows();
  return (
    <select className="input input--inline" aria-label="Workflow" value={value ?? ""} onChange={(event) => onChange(event.target.value)}>
      <option value="">All workflows</option>
      {workflows.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}

const Loading = () => (
  <div className="page">
    <div className="cards">
      {[0, 1, 2, 3].map((card) => (
        <section className="panel" key={card}>
          <Skeleton rows={3} />
        </section>
      ))}
    </div>
  </div>
);

interface BodyProps {
  days: readonly Day[];
  period: readonly string[];
  size: number;
  workflow: string | undefined;
  now: Date;
}

function Body({ days, period, size, workflow, now }: BodyProps) {
  const nothing = days.every((one) => one.runs === 0);
  return (
    <div className="page page--tight">
      <div className="cards">
        <RateCard days={days} parts={buckets(days, period, size)} />
        <OpenCard workflow={workflow} now={now} />
        <DecisionCard workflow={workflow} />
        <ResolutionCard workflow={workflow} />
      </div>
      {nothing ? (
        <Empty title="Nothing ran in these days">Figures come by themselves as runs begin and end; nothing has to be set up.</Empty>
      ) : (
        <div className="charts">
          <RateChart days={days} period={period} size={size} workflow={workflow} />
          <RunsChart days={days} period={period} size={size} workflow={workflow} />
          <AgesChart workflow={workflow} now={now} />
          <ReasonsChart workflow={workflow} />
        </div>
      )}
      <p className="t12 c3">Days are UTC days. What a figure counts stands behind its question mark.</p>
    </div>
  );
}
