import { Link } from "@tanstack/react-router";
import { memo } from "react";

import { Mark } from "@/components/mark";
import { Owner } from "@/components/pieces";
import { Spark } from "@/components/spark";
import { Ago } from "@/components/time";
import { plural } from "@/lib/format";

import type { OpenExceptions, Run, Trigger, Workflow } from "./api";
import { Listens } from "./listens";
import { percent, type Rate } from "./rates";
import { stageOf } from "./words";

interface ListProps {
  workflows: readonly Workflow[];
  triggers: ReadonlyMap<string, Trigger>;
  rates: ReadonlyMap<string, Rate>;
  open: OpenExceptions;
  last: ReadonlyMap<string, Run | null>;
  focused: string | undefined;
  start: (workflow: Workflow) => void;
}

export function WorkflowTable({ workflows, triggers, rates, open, last, focused, start }: ListProps) {
  return (
    <section className="panel panel--list" aria-label="Workflows">
      <table className="tbl tbl--cards wf-table">
        <thead>
          <tr>
            <th scope="col">Workflow</th>
            <th scope="col">Stage</th>
            <th scope="col">Owner</th>
            <th scope="col">Straight through, 28 days</th>
            <th scope="col">Exceptions</th>
            <th scope="col">Last run</th>
            <th scope="col">Begins with</th>
            <th scope="col">
              <span className="sr">Start</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {workflows.map((one) => (
            <Row key={one.workflow} workflow={one} trigger={triggers.get(one.workflow)} rate={rates.get(one.workflow)} exceptions={open.known ? (open.byWorkflow.get(one.workflow) ?? 0) : undefined} partial={open.partial} last={last.get(one.workflow)} focused={focused === one.workflow} start={start} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  workflow: Workflow;
  trigger: Trigger | undefined;
  rate: Rate | undefined;
  exceptions: number | undefined;
  partial: boolean;
  last: Run | null | undefined;
  focused: boolean;
  start: (workflow: Workflow) => void;
}

const Row = memo(function Row({ workflow, trigger, rate, exceptions, partial, last, focused, start }: RowProps) {
  return (
    <tr aria-selected={focused}>
      <td>
        <div className="two">
          <Link className="semi text-ink cut" to="/workflows/$workflow" params={{ workflow: workflow.workflow }}>
            {workflow.title || workflow.workflow}
          </Link>
          <span className="cut">
            {workflow.workflow} v{workflow.version}
          </span>
        </div>
      </td>
      <td data-l="Stage">
        <StageChip workflow={workflow} />
      </td>
      <td data-l="Owner">
        <Owner owner={workflow.owner} />
      </td>
      <td data-l="Straight through">
        <RateCell rate={rate} />
      </td>
      <td data-l="Exceptions">
        <ExceptionsCell workflow={workflow.workflow} count={exceptions} partial={partial} />
      </td>
      <td data-l="Last run" className="c2">
        <LastCell last={last} />
      </td>
      <td data-l="Begins with">
        <Listens workflow={workflow} trigger={trigger} />
      </td>
      <td className="num">
        {trigger?.kind === "manual" && workflow.state === "published" ? (
          <button type="button" className="btn btn--s" onClick={() => start(workflow)}>
            Start
          </button>
        ) : null}
      </td>
    </tr>
  );
});

export function StageChip({ workflow }: { workflow: Pick<Workflow, "stage" | "state"> }) {
  const stage = stageOf(workflow);
  return (
    <span className={`chip ${stage.chip}`} title={stage.means}>
      <Mark name={stage.mark} />
      {stage.words}
    </span>
  );
}

function RateCell({ rate }: { rate: Rate | undefined }) {
  if (!rate || rate.rate === null) return <span className="c3">{rate && rate.runs > 0 ? "None has ended yet" : "No run yet"}</span>;
  return (
    <span className="row rate">
      <Spark values={rate.daily} from={0} to={1} />
      <span className="two">
        <span className="med nowrap">{percent(rate.rate)}</span>
        <span className="nowrap">
          {rate.alone} of {rate.ended} ended
        </span>
      </span>
    </span>
  );
}

function ExceptionsCell({ workflow, count, partial }: { workflow: string; count: number | undefined; partial: boolean }) {
  if (count === undefined) return <span className="skel skel-cell" aria-hidden="true" />;
  if (count === 0) return <span className="c3">{partial ? "None due first" : "None open"}</span>;
  return (
    <Link className="state tx-exc" to="/inbox/exceptions" search={{ workflow }}>
      <Mark name="exc" />
      {partial ? `At least ${count}` : plural(count, "open", "open")}
    </Link>
  );
}

function LastCell({ last }: { last: Run | null | undefined }) {
  if (last === undefined) return <span className="skel skel-cell" aria-hidden="true" />;
  if (last === null) return <span className="c3">Never</span>;
  return (
    <Link to="/runs/$run" params={{ run: last.run_id }} className="text-ink-2">
      <Ago time={last.created_at} />
    </Link>
  );
}
