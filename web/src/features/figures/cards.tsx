import type { ReactNode } from "react";

import { Definition } from "@/components/chart/definition";
import { quantile } from "@/components/chart/scale";
import { Spark } from "@/components/spark";
import { hundredths, plural, span } from "@/lib/format";

import { useDecided, useOpen, useResolved, type Day } from "./api";
import { rateOf, totalOf, type Bucket } from "./sums";

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

interface StatProps {
  title: string;
  definition: string;
  figure: string;
  beside: string;
  second: string;
  children?: ReactNode;
}

function Stat({ title, definition, figure, beside, second, children }: StatProps) {
  return (
    <section className="panel stat" aria-label={`${title}, now`}>
      <div className="row">
        <h2 className="h3">{title}</h2>
        <span className="push">
          <Definition of={title}>{definition}</Definition>
        </span>
      </div>
      <p className="row row--base">
        <span className="big">{figure}</span>
        <span className="c2">{beside}</span>
      </p>
      <div className="spark-room">{children}</div>
      <p className="t12 c2">{second}</p>
    </section>
  );
}

export const DEFINITIONS = {
  rate: "Runs that ended well and that no person touched, of all that have ended. A failed or a cancelled run counts as ended. What is still open is not counted, and starting a run by hand is no touch.",
  open: "Exceptions that are not over now. Overdue: past the time by which somebody had to move, unless it waits on a customer or a vendor.",
  decision: "From when a proposal opened until the people who were asked had decided, on the wall. p50: half took less. Of the newest two hundred that were decided.",
  resolution: "From when an exception opened until it was resolved and seen to be so, on the wall. Of the newest two hundred that were resolved.",
} as const;

export function RateCard({ days, parts }: { days: readonly Day[]; parts: readonly Bucket[] }) {
  const total = totalOf(days);
  const rate = rateOf(total);
  return (
    <Stat title="Straight-through rate" definition={DEFINITIONS.rate} figure={rate === null ? "None" : percent(rate)} beside={rate === null ? "ended yet" : `of ${total.ended.toLocaleString("en-GB")} ended`} second={`${total.alone.toLocaleString("en-GB")} with no human touch; ${plural(total.runs - total.ended, "run")} still open, not counted`}>
      <Spark values={parts.map(rateOf).filter((one): one is number => one !== null)} from={0} to={1} />
    </Stat>
  );
}

export function OpenCard({ workflow, now }: { workflow: string | undefined; now: Date }) {
  const { items, loading, partial } = useOpen(workflow);
  const late = items.filter((one) => new Date(one.due_at) <= now && one.waiting_on !== "customer" && one.waiting_on !== "vendor").length;
  const money = items.reduce((sum, one) => sum + (one.money ?? 0), 0);
  return <Stat title="Open exceptions" definition={DEFINITIONS.open} figure={loading ? "…" : `${items.length.toLocaleString("en-GB")}${partial ? "+" : ""}`} beside={late > 0 ? `${late} overdue` : "none overdue"} second={money > 0 ? `${hundredths(money)} at risk, where it is known` : "No money at risk that is known"} />;
}

const DAY_MS = 86_400_000;

/** Newest last, as a line is read. */
const times = (pairs: readonly (readonly [string, string])[]): number[] => pairs.map(([from, to]) => new Date(to).getTime() - new Date(from).getTime()).reverse();

function TimeCard({ title, definition, of, done, count, values }: { title: string; definition: string; of: string; done: string; count: number; values: readonly number[] }) {
  const middle = quantile(values, 0.5);
  const late = quantile(values, 0.9);
  return (
    <Stat title={title} definition={definition} figure={middle === null ? "None" : span(middle)} beside={middle === null ? `${done} yet` : "on the wall"} second={late === null ? "It is counted from the first one on" : `p90 ${span(late)}; of ${plural(count, of)}`}>
      <Spark values={values.map((one) => Math.min(one, 14 * DAY_MS))} tone="review" from={0} />
    </Stat>
  );
}

export function DecisionCard({ workflow }: { workflow: string | undefined }) {
  const decided = useDecided(workflow).data ?? [];
  return <TimeCard title="Time to decide, p50" definition={DEFINITIONS.decision} of="decision" done="decided" count={decided.length} values={times(decided.map((one) => [one.opened_at, one.closed_at ?? one.opened_at]))} />;
}

export function ResolutionCard({ workflow }: { workflow: string | undefined }) {
  const resolved = useResolved(workflow).data ?? [];
  return <TimeCard title="Time to resolve, p50" definition={DEFINITIONS.resolution} of="exception" done="resolved" count={resolved.length} values={times(resolved.map((one) => [one.opened_at, one.resolved_at ?? one.opened_at]))} />;
}
