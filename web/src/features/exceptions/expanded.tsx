import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { Mark } from "@/components/mark";
import { CopyId, Person } from "@/components/pieces";
import { Failed, Skeleton } from "@/components/states";
import { Ago, When } from "@/components/time";
import { Value } from "@/components/value";
import { plural, words } from "@/lib/format";
import { useNames } from "@/lib/people";

import { exceptionOptions, type Exception, type ExceptionDetail } from "./api";
import { Comments } from "./comments";
import { NextAction } from "./next-action";
import { changed, ownerWords, passed } from "./words";

export function Expanded({ id, others }: { id: string; others: readonly Exception[] }) {
  const query = useQuery(exceptionOptions(id));
  if (query.data === undefined) {
    return <div className="xdetail xdetail--wait">{query.error ? <Failed error={query.error} again={() => void query.refetch()} /> : <Skeleton rows={5} />}</div>;
  }
  const exception = query.data;
  return (
    <div className="xdetail">
      <section className="stack stack--3" aria-label="Evidence">
        <Evidence exception={exception} />
        <Comments exception={exception} />
      </section>
      <section className="stack stack--3" aria-label="What happened">
        <Timeline exception={exception} />
      </section>
      <section className="stack" aria-label="Next action">
        <NextAction exception={exception} others={others} />
      </section>
    </div>
  );
}

function Changes({ exception }: { exception: ExceptionDetail }) {
  const what = changed(exception.what_changed);
  return (
    <>
      <dt>Event</dt>
      <dd>
        {what.title}
        {what.source ? ` in ${words(what.source)}` : ""}
        {what.at ? (
          <>
            , <When time={what.at} />
          </>
        ) : null}
      </dd>
      {what.keys.map(([name, value]) => (
        <FragmentRow key={name} name={words(name)} value={value} />
      ))}
      {what.fields.map(({ field, before, after }) => (
        <div className="contents" key={field}>
          <dt className="mono t12">{field}</dt>
          <dd>
            <Value value={before} /> <span className="c3">becomes</span> <Value value={after} />
          </dd>
        </div>
      ))}
      {what.more.map(([name, value]) => (
        <FragmentRow key={name} name={words(name)} value={value} />
      ))}
    </>
  );
}

const FragmentRow = ({ name, value }: { name: string; value: string }) => (
  <div className="contents">
    <dt>{name}</dt>
    <dd className="breaks">{value}</dd>
  </div>
);

function Evidence({ exception }: { exception: ExceptionDetail }) {
  const name = useNames();
  return (
    <>
      <h3 className="h3">Evidence</h3>
      <p className="t14">{exception.sentence}</p>
      <dl className="kv">
        <Changes exception={exception} />
        <dt>Step</dt>
        <dd>
          <Link to="/runs/$run" params={{ run: exception.run_id }} search={exception.path ? { step: exception.path } : {}}>
            {exception.path || "The whole run"}
          </Link>{" "}
          in {exception.workflow} v{exception.version}
          {exception.steps.length > 1 ? `, and ${plural(exception.steps.length - 1, "other step")} wait` : ""}
        </dd>
        {exception.failure ? (
          <div className="contents">
            <dt>Failure</dt>
            <dd className="breaks">
              {exception.failure.message} <span className="mono t11 c3">{exception.failure.code}</span>
            </dd>
          </div>
        ) : null}
        {exception.connection ? <FragmentRow name="Connection" value={exception.connection} /> : null}
        {exception.occurrences > 1 ? <FragmentRow name="Seen" value={plural(exception.occurrences, "time")} /> : null}
        <dt>Customer</dt>
        <dd>{exception.customer_visible ? "Sees it" : "Sees nothing of it"}</dd>
        <dt>Backup</dt>
        <dd>{exception.backup ? ownerWords(exception.backup, name) : "Nobody"}</dd>
        <dt>Id</dt>
        <dd>
          <CopyId id={exception.exception_id} />
        </dd>
      </dl>
    </>
  );
}

function Timeline({ exception }: { exception: ExceptionDetail }) {
  const name = useNames();
  return (
    <>
      <h3 className="h3">What happened</h3>
      <ol className="tline">
        <li className="exc">
          <Mark name="exc" />
          <p>Stopped: {words(exception.reason).toLowerCase()}</p>
          <Ago time={exception.opened_at} />
          <p>
            Owner {ownerWords(exception.owner, name)}
            {exception.assigned_by ? `, as the ${exception.assigned_by} says` : ""}
            {exception.due.allowed ? `; time allowed: ${exception.due.allowed.replaceAll("_", " ")}` : ""}
          </p>
        </li>
        {exception.log.map((one, at) => {
          const line = passed(one.event, one.who ? name(one.who) : null, one.to, name);
          const over = ["resolved", "dismissed", "superseded"].includes(one.to);
          return (
            <li className={over ? "" : "exc"} key={`${one.at}${at}`}>
              <Mark name={over ? "done" : one.to === "waiting" ? "pause" : "run"} />
              <p>{line.words}</p>
              <Ago time={one.at} />
              {line.detail ? <p className="breaks">{line.detail}</p> : null}
            </li>
          );
        })}
        <Ahead exception={exception} />
      </ol>
      {exception.watchers.length === 0 ? null : (
        <p className="row row--wrap t12 c2">
          Told of its end:
          {exception.watchers.map((who) => (
            <Person who={who} key={who} />
          ))}
        </p>
      )}
    </>
  );
}

function Ahead({ exception }: { exception: ExceptionDetail }) {
  const name = useNames();
  const { due } = exception;
  if (exception.closed || !due.escalate_at || exception.resolved_at) return null;
  return (
    <li>
      <Mark name="idle" />
      <p>
        Otherwise: {exception.backup ? `${ownerWords(exception.backup, name)} takes it` : "escalated"} <When time={due.escalate_at} />
      </p>
    </li>
  );
}
