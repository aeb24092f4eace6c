import { Link } from "@tanstack/react-router";
import { memo, useEffect, useRef } from "react";

import { Mark } from "@/components/mark";
import { Slot, useRows, useSlots } from "@/components/slot";
import { Ago } from "@/components/time";
import { duration, shortId } from "@/lib/format";
import { usePhone } from "@/lib/narrow";

import type { Run } from "./api";
import { keyWords, statusMark, statusTone, statusWords } from "./words";

interface RunListProps {
  items: readonly Run[];
  focused: string | undefined;
  onEnd: () => void;
}

/** One line on a desk, two on a phone. */
const WIDE = 41;
const NARROW = 53;

const keyOf = (one: Run) => one.run_id;

export function RunList({ items, focused, onEnd }: RunListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const height = usePhone() ? NARROW : WIDE;
  const virtual = useRows({ items, keyOf, height, overscan: 8, scroller });
  const shown = virtual.getVirtualItems();
  const rows = useSlots(shown, virtual.isScrolling);
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= items.length - 10) onEnd();
    // The end is reached by scrolling or by new rows; another function is no news.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [last, items.length]);
  return (
    <div className="xscroll" ref={scroller} role="table" aria-label="Runs" tabIndex={-1}>
      <div className="xhead" role="rowgroup">
        <div className="rgrid" role="row">
          {["State", "Workflow", "Record", "Began"].map((head) => (
            <span role="columnheader" key={head}>
              {head}
            </span>
          ))}
          <span role="columnheader" className="num">
            Took
          </span>
          <span role="columnheader" className="num">
            Id
          </span>
        </div>
      </div>
      <div className="virtual" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ row, slot }) => {
          const run = items[row.index];
          return run ? (
            <Slot key={slot} item={run.run_id} at={row.index} className="virtual-row" style={{ height: row.size, transform: `translateY(${row.start}px)` }} role="presentation">
              <RunRow run={run} focused={run.run_id === focused} />
            </Slot>
          ) : null;
        })}
      </div>
    </div>
  );
}

const RunRow = memo(function RunRow({ run, focused }: { run: Run; focused: boolean }) {
  return (
    <div className={focused ? "rgrid rrow is-focus" : "rgrid rrow"} role="row">
      <span role="cell" className={`state ${statusTone(run.status)}`}>
        <Mark name={statusMark(run.status)} />
        {statusWords(run.status)}
      </span>
      <span role="cell" className="cut">
        <Link className="rlink semi" to="/runs/$run" params={{ run: run.run_id }}>
          {run.workflow}
        </Link>{" "}
        <span className="c3">v{run.version}</span>
      </span>
      <span role="cell" className="cut c2" title={run.failure?.message}>
        {run.failure ? run.failure.message : keyWords(run) || "No key"}
      </span>
      <span role="cell" className="c2 nowrap">
        <Ago time={run.created_at} />
      </span>
      <span role="cell" className="num c2">
        {run.duration_ms === null || run.duration_ms === undefined ? <span className="c3">goes on</span> : duration(run.duration_ms)}
      </span>
      <span role="cell" className="num id wide">
        {shortId(run.run_id)}
      </span>
    </div>
  );
});
