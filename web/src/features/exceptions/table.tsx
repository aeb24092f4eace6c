import { memo, useEffect, useMemo, useRef, useState } from "react";

import { Slot, useRows, useSlots } from "@/components/slot";
import { useCards } from "@/lib/narrow";

import type { Exception } from "./api";
import { Expanded } from "./expanded";
import { Row } from "./row";

interface TableProps {
  items: readonly Exception[];
  opened: string | undefined;
  focused: string | undefined;
  onToggle: (id: string) => void;
}

const HEADS = ["What changed", "Why it stopped", "Who owns it", "Due", "What updates after"];
const WIDE = 57;
const NARROW = 212;

const keyOf = (one: Exception) => one.exception_id;

/** A function that stays the same, so that rows do, and does what the newest one does. */
function useSteady(act: (id: string) => void): (id: string) => void {
  const newest = useRef(act);
  useEffect(() => {
    newest.current = act;
  });
  const [steady] = useState(() => (id: string) => newest.current(id));
  return steady;
}

/** Only the rows in sight are in the page, of a height that is known; only an opened one is measured. */
export function ExceptionTable({ items, opened, focused, onToggle }: TableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const toggle = useSteady(onToggle);
  const narrow = useCards();
  const virtual = useRows({ items, keyOf, height: narrow ? NARROW : WIDE, overscan: 4, scroller });
  const rows = useSlots(virtual.getVirtualItems(), virtual.isScrolling);
  const at = useMemo(() => (focused === undefined ? -1 : items.findIndex((one) => one.exception_id === focused)), [items, focused]);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
    // Only another choice scrolls; rows that come in do not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [focused]);
  return (
    <div className="xscroll" ref={scroller} role="table" aria-label="Exceptions" aria-rowcount={items.length + 1} tabIndex={-1}>
      <Head />
      <div className="virtual" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ row, slot }) => {
          const exception = items[row.index];
          if (!exception) return null;
          const open = exception.exception_id === opened;
          // A row on a phone is as high as its words; on a desk all are alike.
          const measured = open || narrow;
          return (
            <Slot
              key={slot}
              item={exception.exception_id}
              at={row.index}
              measured={measured}
              onHeight={virtual.resizeItem}
              className={measured ? "virtual-row" : "virtual-row virtual-row--fixed"}
              style={{ transform: `translateY(${row.start}px)` }}
              role="presentation"
            >
              <Row exception={exception} open={open} focused={row.index === at} at={row.index} onToggle={toggle} />
              {open ? (
                <div role="row" aria-rowindex={row.index + 2} key={exception.exception_id}>
                  <div role="cell" aria-colspan={HEADS.length + 2}>
                    <Expanded id={exception.exception_id} others={items} />
                  </div>
                </div>
              ) : null}
            </Slot>
          );
        })}
      </div>
    </div>
  );
}

const Head = memo(function Head() {
  return (
    <div className="xhead" role="rowgroup">
      <div className="xgrid" role="row" aria-rowindex={1}>
        {HEADS.map((head) => (
          <span role="columnheader" key={head}>
            {head}
          </span>
        ))}
        <span role="columnheader" className="num">
          Age
        </span>
        <span role="columnheader" className="num">
          At risk
        </span>
      </div>
    </div>
  );
});
