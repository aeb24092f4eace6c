import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { Segments } from "@/components/field";
import { Empty, Failed, Skeleton } from "@/components/states";
import { SINCE, STATUSES, useRuns, useWorkflows, type RunFilter } from "@/features/runs/api";
import { RunList } from "@/features/runs/run-list";
import { SavedFilters } from "@/features/runs/saved";
import { statusWords } from "@/features/runs/words";
import { useShortcuts } from "@/lib/shortcuts";

export function RunsPage() {
  const filter: RunFilter = useSearch({ from: "/runs" });
  const navigate = useNavigate({ from: "/runs" });
  const list = useRuns(filter);
  const [focused, setFocused] = useState<string>();
  const { items } = list;
  const move = (step: number) => {
    const at = items.findIndex((one) => one.run_id === focused);
    setFocused(items[Math.min(Math.max(at + step, 0), items.length - 1)]?.run_id);
  };
  useShortcuts("Runs", [
    { keys: "j", label: "Next", run: () => move(1) },
    { keys: "k", label: "Previous", run: () => move(-1) },
    { keys: "o", label: "Open", run: () => focused && void navigate({ to: "/runs/$run", params: { run: focused } }) },
  ]);
  useEffect(() => {
    document.title = "Runs · Throughline";
  }, []);
  const choose = (part: RunFilter) => void navigate({ search: clean({ ...filter, ...part }) });
  return (
    <>
      <header className="top">
        <h1 className="h2">Runs</h1>
        {list.loading || list.error ? null : (
          <span className="badge">
            {items.length}
            {list.partial ? "+" : ""}
          </span>
        )}
        <span className="push seg-room">
          <Segments<string> many label="State" value={filter.status ?? ""} options={[{ value: "", label: "All" }, ...STATUSES.map((value) => ({ value, label: statusWords(value) }))]} onChange={(status) => choose({ status })} />
        </span>
      </header>
      <Filters filter={filter} choose={choose} replace={(next) => void navigate({ search: next })} />
      <div className="sheet">{list.loading ? <Skeleton rows={8} two /> : list.error ? <Failed error={list.error} again={list.again} kept="Runs go on without this page." /> : items.length === 0 ? <NoRuns filtered={Object.keys(filter).length > 0} /> : <RunList items={items} focused={focused} onEnd={list.more} />}</div>
    </>
  );
}

/** Leaves out what is chosen to be anything. */
const clean = (filter: RunFilter): RunFilter => Object.fromEntries(Object.entries(filter).filter(([, value]) => value));

function NoRuns({ filtered }: { filtered: boolean }) {
  return filtered ? <Empty title="No run is like this">Fewer conditions find more. A key is written as name:value, as the workflow declares it.</Empty> : <Empty title="Nothing has run yet">A run begins when a trigger of a published workflow fires: a webhook, a form, a schedule, a change in a system.</Empty>;
}

const SINCE_WORDS: Record<string, string> = { hour: "Last hour", day: "Last 24 hours", week: "Last 7 days" };

function Filters({ filter, choose, replace }: { filter: RunFilter; choose: (part: RunFilter) => void; replace: (filter: RunFilter) => void }) {
  const workflows = useWorkflows();
  const [key, setKey] = useState(filter.key ?? "");
  useEffect(() => setKey(filter.key ?? ""), [filter.key]);
  return (
    <div className="filters">
      <form
      className="contents"
      aria-label="Filter"
      onSubmit={(event) => {
        event.preventDefault();
        choose({ key: key.trim() });
      }}
    >
      <select className="input input--inline" aria-label="Workflow" value={filter.workflow ?? ""} onChange={(event) => choose({ workflow: event.target.value })}>
        <option value="">Any workflow</option>
        {workflows.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <select className="input input--inline" aria-label="Since" value={filter.since ?? ""} onChange={(event) => choose({ since: event.target.value })}>
        <option value="">Any time</option>
        {SINCE.map((one) => (
          <option key={one} value={one}>
            {SINCE_WORDS[one]}
          </option>
        ))}
      </select>
      <input className="input input--inline" aria-label="Key, as name:value" placeholder="Key, as job:42" value={key} onChange={(event) => setKey(event.target.value)} onBlur={() => key.trim() !== (filter.key ?? "") && choose({ key: key.trim() })} />
      </form>
      <SavedFilters filter={clean(filter) as Record<string, string>} choose={replace} />
    </div>
  );
}
