import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useRef } from "react";

import { Failed, Skeleton, named } from "@/components/states";
import { plural } from "@/lib/format";
import { Refused } from "@/lib/http";
import { useShortcuts } from "@/lib/shortcuts";

import { runOptions, type RunDetail } from "./api";
import { runIdIn } from "./choices";
import { compareRuns, hidesSome } from "./compare";
import { OtherRun, whyNot } from "./compare-choice";
import { RunFacts } from "./compare-rows";
import { ComparedSteps } from "./compare-steps";
import { headline } from "./compare-words";

interface ComparisonProps {
  run: RunDetail;
  /** As the address names it: somebody may have typed that. */
  other: string;
}

/** This run beside another one. Both are followed: what changes in either is compared anew. */
export function Comparison({ run, other }: ComparisonProps) {
  return (
    <section className="panel" aria-label="Comparison">
      <header>
        <h2 className="h2">Compared with another run</h2>
        <Link className="btn btn--s push" to="/runs/$run" params={{ run: run.run_id }} search={{}}>
          Leave
        </Link>
      </header>
      <Found run={run} other={other} />
    </section>
  );
}

function Found({ run, other }: ComparisonProps) {
  const id = runIdIn(other) === other ? other : null;
  const known = id !== null && id !== run.run_id;
  const query = useQuery({ ...runOptions(other), enabled: known });
  if (known && query.data) return <Both here={run} there={query.data} />;
  if (known && query.isPending) return <Skeleton rows={6} />;
  if (query.error && !(query.error instanceof Refused && query.error.status < 500)) return <Failed error={query.error} again={() => void query.refetch()} />;
  return (
    <div className="body stack stack--3">
      <p role="alert">{named(whyNot(run, id, query.error) ?? "")}</p>
      <OtherRun key={other} run={run} named={other} />
    </div>
  );
}

function Both({ here, there }: { here: RunDetail; there: RunDetail }) {
  const compared = useMemo(() => compareRuns(here, there), [here, there]);
  const table = useRef<HTMLTableElement>(null);
  const move = (by: number) => {
    const heads = [...(table.current?.querySelectorAll<HTMLElement>("[data-differs]") ?? [])];
    const at = heads.findIndex((head) => head === document.activeElement);
    heads[Math.min(Math.max(at + by, 0), heads.length - 1)]?.focus();
  };
  useShortcuts("Comparison", [
    { keys: "j", label: "Next step that differs", run: () => move(1) },
    { keys: "k", label: "The one before", run: () => move(-1) },
  ]);
  const left = here.steps_left_out + there.steps_left_out;
  return (
    <>
      <div className="body stack">
        <p className="t14 semi">{named(headline(compared))}</p>
        {here.workflow === there.workflow ? null : (
          <p className="c2">
            The other one is a run of another workflow, <b>{there.workflow}</b>: steps of the same name are compared.
          </p>
        )}
        {left > 0 ? <p className="c2">{plural(left, "step")} of long for-each lists {left === 1 ? "is" : "are"} left out, and not compared.</p> : null}
        {hidesSome(compared) ? <p className="help">••• stands for what is hidden. Whether that differs is not said.</p> : null}
      </div>
      <table className="cmp" ref={table}>
        <colgroup>
          <col className="cmp-field" />
          <col />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">This run</th>
            <th scope="col">The other run</th>
          </tr>
        </thead>
        <RunFacts compared={compared} />
        <ComparedSteps compared={compared} />
      </table>
    </>
  );
}
