import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { CopyText } from "@/components/copy";
import { Mark, type MarkName } from "@/components/mark";
import { Person } from "@/components/pieces";
import { Spark } from "@/components/spark";
import { Empty, Failed, Skeleton } from "@/components/states";
import { Ago, When } from "@/components/time";
import { download } from "@/lib/download";
import { duration, plural, words } from "@/lib/format";
import { useWorkspace } from "@/lib/workspace";

import { CARD_DAYS, useDays, useMisfires, useOpenExceptions, useRunsOf, useVersions, workflowOptions, type Run, type Trigger, type Workflow, type WorkflowDetail } from "./api";
import { FailingTrigger } from "./listens";
import { percent, rateOf } from "./rates";
import { kindWords, stageOf, triggerName } from "./words";

const MARKS: Record<string, MarkName> = { queued: "idle", running: "run", waiting: "pause", succeeded: "done", failed: "fail", cancelled: "skip" };

export function LastRuns({ workflow }: { workflow: string }) {
  const { data, error, refetch } = useRunsOf(workflow);
  return (
    <section className="panel">
      <header>
        <h2 className="h2">Last runs</h2>
        <Link className="push t12" to="/runs" search={{ workflow }}>
          All runs
        </Link>
      </header>
      {data === undefined ? error ? <Failed error={error} again={() => void refetch()} /> : <Skeleton rows={4} /> : data.length === 0 ? <Empty title="It has not run yet">A run begins when its trigger fires.</Empty> : <ul className="list">{data.map((run) => <RunLine run={run} key={run.run_id} />)}</ul>}
    </section>
  );
}

function RunLine({ run }: { run: Run }) {
  const keys = Object.values(run.keys).filter((one): one is string | number => typeof one === "string" || typeof one === "number");
  return (
    <li>
      <span className="state run-state">
        <Mark name={MARKS[run.status] ?? "idle"} />
        {words(run.status)}
      </span>
      <Link className="cut text-ink" to="/runs/$run" params={{ run: run.run_id }} title={run.failure?.message}>
        {run.failure?.message ?? (keys.join(", ") || run.run_id)}
      </Link>
      <span className="push c3 t12 nowrap">
        <Ago time={run.created_at} />
        {run.duration_ms === null || run.duration_ms === undefined ? "" : `, took ${duration(run.duration_ms)}`}
      </span>
    </li>
  );
}

export function Facts({ workflow }: { workflow: Workflow }) {
  const days = useDays(workflow.workflow).data;
  const open = useOpenExceptions();
  const rate = rateOf(days ?? []);
  const count = open.byWorkflow.get(workflow.workflow) ?? 0;
  const stage = stageOf(workflow);
  return (
    <section className="panel">
      <header>
        <h2 className="h2">How it goes</h2>
        <span className="t12 c3 push">{CARD_DAYS} days</span>
      </header>
      <div className="body stack stack--3">
        {rate.rate === null ? (
          <p className="c2">{rate.runs > 0 ? `${plural(rate.runs, "run")} began; none has ended yet.` : "No run yet."}</p>
        ) : (
          <>
            <p className="row row--base">
              <span className="big">{percent(rate.rate)}</span>
              <span className="c2">straight through</span>
            </p>
            <Spark values={rate.daily} from={0} to={1} />
            <p className="t12 c2">
              {rate.alone} of {plural(rate.ended, "run")} that ended, touched by nobody
            </p>
          </>
        )}
        <p>
          {count > 0 ? (
            <Link className="state tx-exc" to="/inbox/exceptions" search={{ workflow: workflow.workflow }}>
              <Mark name="exc" />
              {open.partial ? `At least ${count} exceptions are open` : `${plural(count, "exception is", "exceptions are")} open`}
            </Link>
          ) : (
            <span className="c2">No exception is open.</span>
          )}
        </p>
        <p className="row row--top t12 c2">
          <Mark name={stage.mark} small />
          <span>
            <b>{stage.words}.</b> {stage.means}
          </span>
        </p>
      </div>
    </section>
  );
}

const here = (path: string): string => `${globalThis.location.origin}${path}`;

export function Begins({ workflow, trigger }: { workflow: Workflow; trigger: Trigger | undefined }) {
  const misfires = useMisfires(workflow.workflow).data ?? [];
  const fires = workflow.next_fires.length > 0 ? workflow.next_fires : (trigger?.next_fires ?? []);
  const failing = trigger !== undefined && trigger.failures > 0;
  return (
    <section className="panel">
      <header>
        <h2 className="h2">What begins it</h2>
        {trigger && !trigger.active ? <span className="chip push">Not active</span> : null}
      </header>
      <div className="body stack stack--3">
        <p>
          {trigger ? kindWords(trigger.kind) : "Not stated"} <span className="mono t12 c3">{triggerName(workflow.trigger)}</span>
        </p>
        {workflow.webhook_path ? <CopyText text={here(workflow.webhook_path)} label="webhook address" /> : null}
        {workflow.form_path ? (
          <p className="row">
            <CopyText text={here(workflow.form_path)} label="form address" />
            <a href={workflow.form_path} target="_blank" rel="noreferrer">
              Open the form
            </a>
          </p>
        ) : null}
        {workflow.mail_address ? <CopyText text={workflow.mail_address} label="mail address" /> : null}
        {fires.length > 0 ? (
          <p className="c2">
            Next{" "}
            {fires.slice(0, 5).map((time, at) => (
              <span key={time}>
                {at > 0 ? ", " : ""}
                <When time={time} />
              </span>
            ))}
          </p>
        ) : null}
        {failing ? (
          <div className="note note--risk">
            <Mark name="fail" />
            <FailingTrigger trigger={trigger} />
          </div>
        ) : null}
        {misfires.length > 0 ? (
          <p className="t12 c2">
            {plural(misfires.length, "planned instant")} passed while nothing could run, the last <When time={misfires[0]?.planned_at ?? ""} />.
          </p>
        ) : null}
      </div>
    </section>
  );
}

export function Versions({ workflow }: { workflow: string }) {
  const versions = useVersions(workflow).data ?? [];
  return (
    <section className="panel">
      <header>
        <h2 className="h2">Versions</h2>
        <span className="badge">{versions.length}</span>
      </header>
      <ul className="list t12">
        {versions.slice(0, 8).map((one) => (
          <li key={one.version}>
            <span className="med">v{one.version}</span>
            <Person who={one.published_by} />
            <span className="push c3">
              <When time={one.published_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Text({ workflow }: { workflow: WorkflowDetail }) {
  const workspace = useWorkspace((state) => state.workspace);
  const [version, setVersion] = useState<number>();
  const versions = useVersions(workflow.workflow).data ?? [];
  const shown = useQuery({ ...workflowOptions(workspace, workflow.workflow, version), enabled: version !== undefined }).data ?? workflow;
  const save = () => download(shown.text, `${workflow.workflow}-v${shown.text_version}.${shown.format === "json" ? "json" : "yaml"}`, "text/plain");
  return (
    <section className="panel">
      <header>
        <h2 className="h2">Text</h2>
        <select className="input input--inline" aria-label="Version" value={version ?? workflow.version} onChange={(event) => setVersion(Number(event.target.value))}>
          {versions.map((one) => (
            <option key={one.version} value={one.version}>
              Version {one.version}
            </option>
          ))}
        </select>
        <button type="button" className="btn btn--s push" onClick={save}>
          Download
        </button>
      </header>
      <pre className="json workflow-text" tabIndex={0} aria-label={`Text of version ${shown.text_version}`}>
        {shown.text}
      </pre>
    </section>
  );
}
