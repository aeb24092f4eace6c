import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { Mark } from "@/components/mark";
import { Due } from "@/components/time";
import { Json } from "@/components/value";
import { clockTime, words } from "@/lib/format";

import { logOptions, type RunDetail } from "./api";

/** What stopped, and what waits, each with where it is dealt with. */
export function RunExceptions({ run }: { run: RunDetail }) {
  if (run.exceptions.length === 0) return null;
  return (
    <section className="panel">
      <header>
        <h2 className="h2">Exceptions</h2>
        <span className="badge">{run.exceptions.length}</span>
      </header>
      <ul className="list">
        {run.exceptions.map((one) => (
          <li key={`${one.exception_id}${one.path}`}>
            <Mark name={one.resolved_at ? "done" : "exc"} />
            <Link className="cut" to="/inbox/exceptions" search={{ id: one.exception_id }} title={one.sentence}>
              {one.sentence}
            </Link>
            <span className="push">{one.resolved_at ? <span className="c2">{words(one.resolution ?? "resolved")}</span> : <Due time={one.due_at} small />}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function RunValues({ run }: { run: RunDetail }) {
  return (
    <section className="panel">
      <header>
        <h2 className="h2">The run</h2>
      </header>
      <div className="body stack stack--3">
        <details>
          <summary>Input</summary>
          <Json value={run.input} name={`${run.run_id}-input`} />
        </details>
        <details>
          <summary>Output</summary>
          <Json value={run.output} name={`${run.run_id}-output`} />
        </details>
        <Log id={run.run_id} />
      </div>
    </section>
  );
}

/** The log is loaded when somebody opens it. */
function Log({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ ...logOptions(id), enabled: open });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Log</summary>
      {data ? (
        <ol className="log">
          {data.map((entry, at) => (
            <LogLine entry={entry as Record<string, unknown>} key={at} />
          ))}
        </ol>
      ) : open ? (
        <p className="c3">Loading</p>
      ) : null}
    </details>
  );
}

function LogLine({ entry }: { entry: Record<string, unknown> }) {
  const { type, at, path, step } = entry;
  const where = typeof path === "string" ? path : typeof step === "string" ? step : "";
  return (
    <li>
      <span className="c3 mono t11">{typeof at === "string" ? clockTime(at) : ""}</span>
      <span>{typeof type === "string" ? words(type) : "Entry"}</span>
      <span className="c2 cut">{where}</span>
    </li>
  );
}
