import { memo, useEffect, useMemo, useRef, useState } from "react";

import { Mark } from "@/components/mark";
import { Slot, useRows, useSlots } from "@/components/slot";
import { Due, When } from "@/components/time";
import { money, urgency } from "@/lib/format";
import { useNow } from "@/lib/now";

import { isSnoozed, type Proposal } from "./api";
import { stateMark, stateWords } from "./words";

interface ListProps {
  items: readonly Proposal[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

/** Two lines of what is to be written, and one of when. */
const ROW = 80;

const keyOf = (one: Proposal) => one.proposal_id;

/** Only the rows in sight are in the page, however many there are. */
export function ApprovalList({ items, chosen, onChoose }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const newest = useRef(onChoose);
  useEffect(() => {
    newest.current = onChoose;
  });
  // The same function always, so that rows stay as they are.
  const [choose] = useState(() => (id: string) => newest.current(id));
  const virtual = useRows({ items, keyOf, height: ROW, overscan: 8, scroller });
  const rows = useSlots(virtual.getVirtualItems(), virtual.isScrolling);
  const at = useMemo(() => (chosen === undefined ? -1 : items.findIndex((one) => one.proposal_id === chosen)), [items, chosen]);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
    // Only another choice scrolls; items that come in do not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [chosen]);
  return (
    <div className="items" ref={scroller} tabIndex={-1}>
      <ul className="virtual" aria-label="Waiting" style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ row, slot }) => {
          const proposal = items[row.index];
          return proposal ? (
            <Slot as="li" key={slot} item={proposal.proposal_id} at={row.index} className="virtual-row virtual-row--item" style={{ transform: `translateY(${row.start}px)` }} aria-setsize={items.length} aria-posinset={row.index + 1}>
              <Row proposal={proposal} current={row.index === at} onChoose={choose} />
            </Slot>
          ) : null;
        })}
      </ul>
    </div>
  );
}

/** Made again only when it is another proposal, or is chosen: scrolling leaves it alone. */
const Row = memo(function Row({ proposal, current, onChoose }: { proposal: Proposal; current: boolean; onChoose: (id: string) => void }) {
  const open = proposal.state === "open";
  const now = useNow();
  const late = open && urgency(proposal.expires_at, now) === "overdue";
  return (
    <button type="button" className="item" aria-current={current} onClick={() => onChoose(proposal.proposal_id)}>
      <Mark name={late ? "late" : stateMark(proposal.state)} />
      <span className="t clamp" title={proposal.summary}>
        {proposal.summary}
      </span>
      <span className="t num">{proposal.money ? money(proposal.money) : ""}</span>
      <span className="s row">
        {open ? <Due time={proposal.expires_at} small /> : <span>{stateWords(proposal.state)}</span>}
        <Beside proposal={proposal} now={now} />
        <span className="cut">{proposal.workflow}</span>
      </span>
    </button>
  );
});

/** What is asked about it, and until when one put it off. */
function Beside({ proposal, now }: { proposal: Proposal; now: Date }) {
  if (proposal.snoozed_until && isSnoozed(proposal, now)) {
    return (
      <span className="med">
        Back <When time={proposal.snoozed_until} />
      </span>
    );
  }
  if (proposal.asks_you) return <span className="med tx-review">Asks you</span>;
  return proposal.open_questions ? <span className="med">Asked</span> : null;
}
