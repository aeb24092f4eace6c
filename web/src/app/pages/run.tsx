import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { CrumbUp } from "@/components/crumb";
import { Mark } from "@/components/mark";
import { CopyId } from "@/components/pieces";
import { Failed, Skeleton } from "@/components/states";
import { When } from "@/components/time";
import { runOptions, type RunDetail } from "@/features/runs/api";
import { Comparison } from "@/features/runs/comparison";
import { HiddenValues } from "@/features/runs/reveal";
import { RunActions } from "@/features/runs/run-actions";
import { RunExceptions, RunValues } from "@/features/runs/run-side";
import { StepPanel } from "@/features/runs/step-panel";
import { StepsTable } from "@/features/runs/steps-table";
import { scaleOf } from "@/features/runs/waterfall";
import { keyWords, statusMark, statusWords, whySentence } from "@/features/runs/words";
import { duration, plural } from "@/lib/format";
import { useRight } from "@/lib/me";
import { useShortcuts } from "@/lib/shortcuts";

import { GraphOfRun } from "./run-graph";

const CHIPS: Record<string, string> = { succeeded: "chip--path", running: "chip--path", failed: "chip--risk", waiting: "chip--exc" };

export function RunPage() {
  const { run: id } = useParams({ from: "/runs/$run" });
  const query = useQuery(runOptions(id));
  useEffect(() => {
    document.title = "Run · Throughline";
  }, []);
  const run = query.data;
  return (
    <>
      <header className="top">
        <div className="crumb">
          <CrumbUp to="/runs" name="Runs" />
          <CopyId id={id} />
        </div>
        {run ? (
          <span className={`chip ${CHIPS[run.status] ?? ""}`}>
            <Mark name={statusMark(run.status)} />
            {statusWords(run.status)}
          </span>
        ) : null}
        <div className="push row">{run ? <RunActions run={run} /> : null}</div>
      </header>
      {run ? <RunBody run={run} /> : query.error ? <Failed error={query.error} again={() => void query.refetch()} /> : <Skeleton rows={8} />}
    </>
  );
}

function RunHead({ run }: { run: RunDetail }) {
  return (
    <div className="stack">
      <h1 className="h1">{keyWords(run) || run.workflow}</h1>
      <p className="row row--wrap facts">
        <span>
          <span className="c3">Workflow</span> {run.workflow} v{run.version}
        </span>
        <span>
          <span className="c3">Began</span> <When time={run.created_at} />
        </span>
        {run.duration_ms === null || run.duration_ms === undefined ? null : (
          <span>
            <span className="c3">Took</span> {duration(run.duration_ms)}
          </span>
        )}
        {run.retry_of ? (
          <Link to="/runs/$run" params={{ run: run.retry_of }}>
            Retries another run
          </Link>
        ) : null}
        {run.parent_run_id ? (
          <Link to="/runs/$run" params={{ run: run.parent_run_id }}>
            Called by a run
          </Link>
        ) : null}
      </p>
      <p className="read">{whySentence(run)}</p>
    </div>
  );
}

function RunBody({ run: read }: { run: RunDetail }) {
  const [revealed, setRevealed] = useState<RunDetail | null>(null);
  const run = revealed?.run_id === read.run_id ? { ...revealed, reveals: read.reveals } : read;
  const mayReveal = useRight("reveal") ?? false;
  const { with: other } = useSearch({ from: "/runs/$run" });
  return (
    <div className="page page--run">
      <RunHead run={other === undefined ? run : read} />
      {other === undefined ? (
        <>
          <HiddenValues run={run} shown={run !== read} onShown={setRevealed} mayReveal={mayReveal} />
          <RunSteps run={run} />
        </>
      ) : (
        // What was shown for a reason was shown of this run alone: beside another one it is hidden again.
        <Comparison run={read} other={other} />
      )}
    </div>
  );
}

function RunSteps({ run }: { run: RunDetail }) {
  const { step: asked } = useSearch({ from: "/runs/$run" });
  const navigate = useNavigate({ from: "/runs/$run" });
  const choose = (step: string) => void navigate({ search: { step }, replace: true });
  const stopped = run.steps.find((step) => ["waiting", "failed", "running"].includes(step.status)) ?? run.steps.at(-1);
  const chosen = run.steps.find((step) => step.path === asked) ?? stopped;
  const move = (by: number) => {
    const at = run.steps.findIndex((step) => step === chosen);
    const next = run.steps[Math.min(Math.max(at + by, 0), run.steps.length - 1)];
    if (next) choose(next.path);
  };
  useShortcuts("Steps", [
    { keys: "j", label: "Next step", run: () => move(1) },
    { keys: "k", label: "Previous step", run: () => move(-1) },
  ]);
  return (
    <div className="cols cols--run">
      <GraphOfRun run={run} chosen={chosen?.path} onChoose={choose} />
      <div className="stack stack--4">
        <section className="panel" aria-label="Steps">
          <header>
            <h2 className="h2">Steps</h2>
            <span className={run.steps_left_out > 0 ? "t12 c3" : "t12 c3 wide"}>{run.steps_left_out > 0 ? `${plural(run.steps_left_out, "step")} are left out here` : "work is full, waiting is a line"}</span>
          </header>
          <StepsTable steps={run.steps} scale={scaleOf(run.steps, Date.now())} chosen={chosen?.path} onChoose={choose} />
        </section>
        <RunExceptions run={run} />
        <RunValues run={run} />
      </div>
      {chosen ? <StepPanel step={chosen} effects={run.effects} redacted={run.redacted} key={chosen.path} /> : null}
    </div>
  );
}
