import { Mark } from "@/components/mark";
import { Failed, Skeleton } from "@/components/states";
import { Ago } from "@/components/time";
import { plural } from "@/lib/format";

import { useConnections, usePassages, useTriggers, type Sum } from "./api";

export function MovedByItself() {
  const { data, error, refetch } = usePassages();
  const ended = data?.reduce((sum, one) => sum + one.ended, 0) ?? 0;
  const alone = data?.reduce((sum, one) => sum + one.alone, 0) ?? 0;
  return (
    <section className="panel">
      <header>
        <h2 className="h2">Moved by itself</h2>
        <span className="t12 c3 push">since yesterday</span>
      </header>
      {data === undefined ? error ? <Failed error={error} again={() => void refetch()} /> : <Skeleton rows={2} /> : null}
      <div className="body stack stack--3" hidden={data === undefined}>
        {data && ended === 0 ? <p className="c2">No run has ended since yesterday.</p> : null}
        {ended > 0 ? (
          <p className="row row--base">
            <span className="big">{((alone / ended) * 100).toFixed(1)} %</span>
            <span className="c2">
              {alone.toLocaleString("en-GB")} of {plural(ended, "run")} that ended
            </span>
          </p>
        ) : null}
        <ul className="stack t12">
          {data?.slice(0, 8).map((sum) => (
            <PassageRow sum={sum} key={sum.workflow} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function PassageRow({ sum }: { sum: Sum }) {
  const part = sum.ended === 0 ? 0 : (sum.alone / sum.ended) * 100;
  return (
    <li className="passage">
      <span className="cut">{sum.workflow}</span>
      <svg className="passage-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect className="passage-all" width="100" height="6" />
        <rect className="passage-alone" width={part} height="6" />
      </svg>
      <span className="num c2">
        {sum.alone} of {sum.ended}
      </span>
    </li>
  );
}

/** What may stop things before anything has stopped. */
export function Unhealthy() {
  const asked = { connections: useConnections(), triggers: useTriggers() };
  const connections = asked.connections.data ?? [];
  const triggers = asked.triggers.data ?? [];
  const error = asked.connections.error ?? asked.triggers.error;
  const known = asked.connections.data !== undefined && asked.triggers.data !== undefined;
  const failing = triggers.filter((one) => one.failures > 0);
  const unagreed = connections.filter((one) => !one.agreed);
  const paused = triggers.filter((one) => !one.active);
  return (
    <section className="panel">
      <header>
        <h2 className="h2">Health</h2>
        {known ? <span className="t12 c3 push">{plural(connections.length, "connection")}</span> : null}
      </header>
      {known ? null : error ? <Failed error={error} again={() => void Promise.all([asked.connections.refetch(), asked.triggers.refetch()])} /> : <Skeleton rows={2} />}
      <ul className="list" hidden={!known}>
        {failing.map((one) => (
          <li key={`${one.workflow}${one.trigger}`}>
            <Mark name="fail" />
            <span className="cut" title={one.failure?.message}>
              Trigger of {one.workflow} failed {plural(one.failures, "time")}
              {one.failure ? `: ${one.failure.message}` : ""}
            </span>
          </li>
        ))}
        {unagreed.map((one) => (
          <li key={one.connection_id}>
            <Mark name="soon" />
            <span className="cut">{one.name} speaks for another account; somebody has to agree</span>
          </li>
        ))}
        {paused.map((one) => (
          <li key={`${one.workflow}${one.trigger}p`}>
            <Mark name="pause" />
            <span className="cut">Trigger of {one.workflow} is not active</span>
          </li>
        ))}
        {failing.length + unagreed.length + paused.length === 0 ? (
          <li>
            <Mark name="done" />
            <span>Nothing to look at</span>
          </li>
        ) : null}
        {connections.slice(0, 6).map((one) => (
          <li key={`${one.connection_id}t`} className="t12 c2">
            <span className="cut">{one.name}</span>
            <span className="push c3">{one.tested_at ? <>tested <Ago time={one.tested_at} /></> : "not tested"}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
