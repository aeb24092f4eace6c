import { BarRows } from "@/components/chart/bar-rows";
import { ChartPanel } from "@/components/chart/chart-panel";
import { ColumnsChart } from "@/components/chart/columns-chart";
import { LineChart, type Series } from "@/components/chart/line-chart";
import { hundredths, plural, words } from "@/lib/format";

import { useOpen, type Day } from "./api";
import { DEFINITIONS, percent } from "./cards";
import { ages, buckets, busiest, byReason, rateOf, type Bucket } from "./sums";

interface PeriodProps {
  days: readonly Day[];
  period: readonly string[];
  size: number;
  workflow: string | undefined;
}

const per = (size: number): string => (size === 1 ? "per day" : size === 7 ? "per week" : `per ${size} days`);

export function RateChart({ days, period, size, workflow }: PeriodProps) {
  const most = busiest(days, 2);
  // One workflow alone is all of them.
  const shown = workflow ? [workflow] : most.length > 1 ? most : [];
  const parts = (of: string | null): Bucket[] => buckets(of === null ? days : days.filter((one) => one.workflow === of), period, size);
  const all = parts(null);
  const series: Series[] = [...(workflow ? [] : [{ name: "All workflows", values: all.map(rateOf) }]), ...shown.map((one) => ({ name: one, values: parts(one).map(rateOf) }))];
  const labels = all.map((one) => one.label);
  const said = series.map(({ name, values }) => {
    const known = values.filter((one): one is number => one !== null);
    const [first, last] = [known[0], known.at(-1)];
    return first === undefined || last === undefined ? `${name}: nothing has ended` : `${name}: from ${percent(first)} to ${percent(last)}`;
  });
  return (
    <ChartPanel title="Straight-through rate" about={per(size)} definition={DEFINITIONS.rate} name="straight-through" figures={{ heads: ["From", ...series.map((one) => `${one.name}, %`)], rows: labels.map((label, at) => [label, ...series.map((one) => (one.values[at] === null || one.values[at] === undefined ? null : Number((one.values[at] * 100).toFixed(2))))]) }}>
      <LineChart labels={labels} series={series} summary={`Straight-through rate ${per(size)} from ${labels[0] ?? ""} to ${labels.at(-1) ?? ""}. ${said.join("; ")}.`} low={0} high={1} format={(value) => `${Math.round(value * 100)} %`} />
    </ChartPanel>
  );
}

export function RunsChart({ days, period, size }: PeriodProps) {
  const all = buckets(days, period, size);
  const columns = all.map(({ label, runs, ended, alone }) => ({ label, parts: [alone, ended - alone, runs - ended] as const }));
  const sum = (of: (one: Bucket) => number) => all.reduce((total, one) => total + of(one), 0);
  const words_ = ["Straight through", "Ended, touched or failed", "Still open"] as const;
  return (
    <ChartPanel title="Runs" about={`${per(size)}, by the day they began`} definition="Runs that no other run called, by the UTC day on which they began, and what has become of them since." name="runs" figures={{ heads: ["From", "Begun", ...words_], rows: columns.map(({ label, parts }, at) => [label, all[at]?.runs ?? 0, ...parts]) }}>
      <ColumnsChart columns={columns} words={words_} summary={`${plural(sum((one) => one.runs), "run")} began; ${sum((one) => one.alone)} went straight through, ${sum((one) => one.ended - one.alone)} were touched or failed, ${sum((one) => one.runs - one.ended)} are open.`} />
    </ChartPanel>
  );
}

export function AgesChart({ workflow, now }: { workflow: string | undefined; now: Date }) {
  const { items, partial } = useOpen(workflow);
  const found = ages(items, now);
  const money = items.reduce((sum, one) => sum + (one.money ?? 0), 0);
  return (
    <ChartPanel title="Open exceptions by age" about={`${items.length}${partial ? "+" : ""} open${money > 0 ? `, ${hundredths(money)} at risk` : ""}`} definition="Everything that is open now, by how long ago it opened. Hatched: its clock stands still while it waits on a customer or a vendor." name="open-exceptions-by-age" figures={{ heads: ["Age", "With us", "Waits on somebody outside", "Overdue", "At risk"], rows: found.map((one) => [one.label, one.ours, one.outside, one.overdue, one.money === 0 ? null : hundredths(one.money)]) }}>
      <BarRows
        rows={found.map((one) => ({ label: one.label, parts: [{ look: "full", count: one.ours }, { look: "late", count: one.overdue }, { look: "hatched", count: one.outside }], ...(one.money > 0 ? { note: hundredths(one.money) } : {}) }))}
        looks={{ full: "With us", late: "Overdue", hatched: "Waits on somebody outside" }}
        summary={`Open exceptions by age: ${found.map((one) => `${one.label.toLowerCase()} ${one.ours + one.outside + one.overdue}${one.overdue > 0 ? `, ${one.overdue} overdue` : ""}`).join("; ")}.`}
      />
    </ChartPanel>
  );
}

const REASONS = 6;

export function ReasonsChart({ workflow }: { workflow: string | undefined }) {
  const { items } = useOpen(workflow);
  const found = byReason(items, REASONS);
  return (
    <ChartPanel title="Why things stopped" about="open now, by reason" definition="The reason codes of everything that is open now, the most frequent first. The list of codes is closed, so two months can be compared." name="open-exceptions-by-reason" figures={{ heads: ["Reason", "Code", "Open"], rows: byReason(items, 50).map((one) => [words(one.reason), one.reason, one.count]) }}>
      {found.length === 0 ? (
        <p className="c2">Nothing has stopped.</p>
      ) : (
        <BarRows rows={found.map((one) => ({ label: words(one.reason), parts: [{ look: "full", count: one.count }] }))} looks={{ full: "Open exceptions" }} summary={`Open exceptions by reason: ${found.map((one) => `${words(one.reason)} ${one.count}`).join("; ")}.`} />
      )}
    </ChartPanel>
  );
}
