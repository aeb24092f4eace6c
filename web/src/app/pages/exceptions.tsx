import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";

import { Segments } from "@/components/field";
import { Mark } from "@/components/mark";
import { Empty, Failed, Skeleton } from "@/components/states";
import { SHOWS, useExceptions, type Exception, type Filter, type Show } from "@/features/exceptions/api";
import { BulkDialog } from "@/features/exceptions/bulk";
import { ExceptionTable } from "@/features/exceptions/table";
import { plural, urgency, words } from "@/lib/format";
import { useNow } from "@/lib/now";
import { useShortcuts } from "@/lib/shortcuts";

const LABELS: Record<Show, string> = { mine: "Mine", open: "All", snoozed: "Snoozed", over: "Resolved" };
const NOTHING: Record<Show, [string, string]> = {
  mine: ["Nothing waits for you", "What stops in a workflow and is yours, your team's or your role's stands here, by due time. “All” shows what others have."],
  open: ["Nothing has stopped", "When a step cannot go on, it stands here with its reason, an owner and a due time."],
  snoozed: ["Nothing is put off", "What somebody snoozes comes back by itself, at the latest when it is due."],
  over: ["Nothing was resolved yet", "What was resolved stays here, with how and how sure that is."],
};

function Summary({ items }: { items: readonly Exception[] }) {
  const now = useNow();
  const active = items.filter((one) => !one.waiting_on);
  const late = active.filter((one) => urgency(one.due_at, now) === "overdue").length;
  const soon = active.filter((one) => urgency(one.due_at, now) === "soon").length;
  if (late + soon === 0) return null;
  return (
    <span className="t12 c2 wide row">
      {late > 0 ? <Mark name="late" small /> : <Mark name="soon" small />}
      {late > 0 ? `${late} overdue` : ""}
      {late > 0 && soon > 0 ? " · " : ""}
      {soon > 0 ? `${soon} due today` : ""}
    </span>
  );
}

export function ExceptionsPage() {
  const search = useSearch({ from: "/inbox/exceptions" });
  const navigate = useNavigate({ from: "/inbox/exceptions" });
  const show = SHOWS.find((one) => one === search.show) ?? "open";
  const filter = useMemo<Filter>(() => ({ ...(search.reason ? { reason: search.reason } : {}), ...(search.workflow ? { workflow: search.workflow } : {}) }), [search.reason, search.workflow]);
  const list = useExceptions(show, filter);
  const [focused, setFocused] = useState(search.id);
  const [bulk, setBulk] = useState(false);
  const { items } = list;
  const toggle = (id: string) => {
    setFocused(id);
    const { id: before, ...rest } = search;
    void navigate({ search: before === id ? rest : { ...rest, id }, replace: true });
  };
  const move = (step: number) => {
    const at = items.findIndex((one) => one.exception_id === focused);
    const next = items[Math.min(Math.max(at + step, 0), items.length - 1)];
    if (!next) return;
    setFocused(next.exception_id);
    if (search.id) void navigate({ search: (before) => ({ ...before, id: next.exception_id }), replace: true });
  };
  useShortcuts("Exceptions", [
    { keys: "j", label: "Next", run: () => move(1) },
    { keys: "k", label: "Previous", run: () => move(-1) },
    { keys: "o", label: "Open or close", run: () => focused && toggle(focused) },
  ]);
  useEffect(() => {
    document.title = "Exceptions · Throughline";
  }, []);
  return (
    <>
      <header className="top">
        <h1 className="h2">Exceptions</h1>
        {list.loading || list.error ? null : (
          <span className="badge">
            {items.length}
            {list.partial && show !== "over" ? "+" : ""}
          </span>
        )}
        {show === "over" ? null : <Summary items={items} />}
        <span className="push row">
          <Segments label="Show" value={show} options={SHOWS.map((value) => ({ value, label: LABELS[value] }))} onChange={(value) => void navigate({ search: { ...filter, show: value } })} />
        </span>
      </header>
      {show === "over" ? null : <FilterBar open={list.open} filter={filter} count={items.length} onFilter={(next) => void navigate({ search: { ...next, ...(search.show ? { show: search.show } : {}) } })} onBulk={() => setBulk(true)} bulkable={show === "open"} />}
      <div className="sheet">
        <Body list={list} show={show} opened={search.id} focused={focused} onToggle={toggle} />
      </div>
      {bulk ? <BulkDialog filter={filter} onClose={() => setBulk(false)} /> : null}
    </>
  );
}

interface BodyProps {
  list: ReturnType<typeof useExceptions>;
  show: Show;
  opened: string | undefined;
  focused: string | undefined;
  onToggle: (id: string) => void;
}

function Body({ list, show, ...rest }: BodyProps) {
  if (list.loading) return <Skeleton rows={8} two />;
  if (list.error) return <Failed error={list.error} again={list.again} kept="Every exception is still in the queue." />;
  if (list.items.length === 0) {
    const [title, text] = NOTHING[show];
    return <Empty title={title}>{text}</Empty>;
  }
  return <ExceptionTable items={list.items} {...rest} />;
}

interface FilterBarProps {
  open: readonly Exception[];
  filter: Filter;
  count: number;
  bulkable: boolean;
  onFilter: (filter: Filter) => void;
  onBulk: () => void;
}

function FilterBar({ open, filter, count, bulkable, onFilter, onBulk }: FilterBarProps) {
  const of = (pick: (one: Exception) => string, chosen: string | undefined) => [...new Set([...open.map(pick), ...(chosen ? [chosen] : [])])].sort();
  const choose = (name: keyof Filter) => (value: string) => {
    const others = Object.fromEntries(Object.entries(filter).filter(([key]) => key !== name));
    onFilter(value === "" ? others : { ...others, [name]: value });
  };
  return (
    <div className="filters" role="group" aria-label="Filter">
      <Choice label="Any reason" value={filter.reason} values={of((one) => one.reason, filter.reason)} onChange={choose("reason")} />
      <Choice label="Any workflow" value={filter.workflow} values={of((one) => one.workflow, filter.workflow)} onChange={choose("workflow")} />
      {bulkable && count > 1 ? (
        <button type="button" className="btn btn--s push" onClick={onBulk}>
          The same for {plural(count, "exception")}
        </button>
      ) : null}
    </div>
  );
}

function Choice({ label, value, values, onChange }: { label: string; value: string | undefined; values: readonly string[]; onChange: (value: string) => void }) {
  return (
    <select className="input input--inline" aria-label={label} value={value ?? ""} onChange={(event) => onChange(event.target.value)}>
      <option value="">{label}</option>
      {values.map((one) => (
        <option key={one} value={one}>
          {words(one)}
        </option>
      ))}
    </select>
  );
}
