import type { PointerEvent } from "react";

import { ago, due, exact, urgency, when, type Urgency } from "@/lib/format";
import { useNow } from "@/lib/now";

import { Mark } from "./mark";

/** The exact time is written when somebody points at it: long lists would write thousands that nobody reads. */
const sayExactly = (event: PointerEvent<HTMLTimeElement>): void => {
  const { currentTarget: time } = event;
  time.title = exact(time.dateTime);
};

/** Relative, with the exact time on hover. */
export function Ago({ time }: { time: string }) {
  return (
    <time dateTime={time} onPointerEnter={sayExactly}>
      {ago(time, useNow())}
    </time>
  );
}

export function When({ time }: { time: string }) {
  return (
    <time dateTime={time} onPointerEnter={sayExactly}>
      {when(time, useNow())}
    </time>
  );
}

const TONE: Record<Urgency, string> = { overdue: "tx-risk", soon: "tx-exc", later: "tx-c2" };

export function Due({ time, small = false }: { time: string; small?: boolean }) {
  const now = useNow();
  const how = urgency(time, now);
  return (
    <time className={`state ${TONE[how]}`} dateTime={time} onPointerEnter={sayExactly}>
      {how === "later" ? null : <Mark name={how === "overdue" ? "late" : "soon"} small={small} />}
      {due(time, now)}
    </time>
  );
}
