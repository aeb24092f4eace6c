import { memo } from "react";

import { Mark } from "@/components/mark";
import { Owner, System } from "@/components/pieces";
import { Due, When } from "@/components/time";
import { capital, hundredths, span, words } from "@/lib/format";
import { useNow } from "@/lib/now";

import { isOver, type Exception } from "./api";
import { byWords, changed, endWords, markOf, updates } from "./words";

export function DueCell({ exception }: { exception: Exception }) {
  if (isOver(exception)) return <span className="state tx-path">{endWords(exception.state)}</span>;
  if (exception.state === "verifying") {
    return (
      <span className="state tx-path">
        <Mark name="run" />
        Being verified
      </span>
    );
  }
  if (exception.snooze_until) {
    return (
      <span className="state tx-c2">
        <Mark name="pause" />
        Put off until <When time={exception.snooze_until} />
      </span>
    );
  }
  if (exception.waiting_on) return <span className="state tx-c2">Waits on {exception.waiting_on}</span>;
  return <Due time={exception.due_at} />;
}

function UpdatesCell({ exception }: { exception: Exception }) {
  const [first, ...others] = updates(exception.updates_after);
  if (!first) return <span className="c2 clamp">{capital(exception.no_update_reason ?? "nothing")}</span>;
  return (
    <div className="two">
      <span>
        <System name={first.system} />
      </span>
      <span className="cut">
        {[first.record, byWords(first.by)].filter(Boolean).join(" ")}
        {others.length > 0 ? `, ${others.length} more` : ""}
      </span>
    </div>
  );
}

interface RowProps {
  exception: Exception;
  open: boolean;
  focused: boolean;
  at: number;
  onToggle: (id: string) => void;
}

/** Made again only when it is another exception, or its state: scrolling leaves it alone. */
export const Row = memo(function Row({ exception, open, focused, at, onToggle }: RowProps) {
  const what = changed(exception.what_changed);
  return (
    <div className={`xgrid xrow${open ? " is-open" : ""}${focused ? " is-focus" : ""}`} role="row" aria-rowindex={at + 2}>
      <div role="cell" className="xwhat">
        <Mark name={markOf(exception)} />
        <div className="two">
          <button type="button" className="xopen semi" aria-expanded={open} onClick={() => onToggle(exception.exception_id)}>
            {what.title}
            {exception.occurrences > 1 ? <span className="c3"> × {exception.occurrences}</span> : null}
          </button>
          <span className="cut">{what.about || exception.workflow}</span>
        </div>
      </div>
      <div role="cell" data-l="Stopped">
        <span className="clamp" title={`${exception.sentence} (${exception.reason})`}>
          {exception.sentence}
        </span>
      </div>
      <div role="cell" data-l="Owner">
        <div className="two">
          <Owner owner={exception.owner} person={exception.person ?? null} />
          {exception.unrouted ? <span title="No rule and no workflow named an owner: it went to the usual one">unrouted</span> : null}
        </div>
      </div>
      <div role="cell" data-l="Due">
        <DueCell exception={exception} />
      </div>
      <div role="cell" data-l="Updates">
        <UpdatesCell exception={exception} />
      </div>
      <div role="cell" data-l="Age" className="num c2">
        <Since time={exception.opened_at} />
      </div>
      <div role="cell" data-l="At risk" className="num med" title={exception.money ? "The currency is not known here" : words("none")}>
        {exception.money ? hundredths(exception.money) : <span className="c3">None</span>}
      </div>
    </div>
  );
});

/** Only this text is new with the clock, not its row. */
const Since = ({ time }: { time: string }) => <time dateTime={time}>{span(useNow().getTime() - new Date(time).getTime())}</time>;
