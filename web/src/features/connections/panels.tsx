import { Link } from "@tanstack/react-router";

import { Mark } from "@/components/mark";
import { Owner, System } from "@/components/pieces";
import { Skeleton } from "@/components/states";
import { Ago, Due, When } from "@/components/time";
import { plain } from "@/components/value";
import { useConnectors } from "@/lib/catalog";
import { words } from "@/lib/format";
import { useTexts } from "@/lib/texts";

import { useWaiting, type Connection } from "./api";
import { placeWords, titlesOf } from "./secrets";
import { groundOf, healthOf } from "./words";

const entries = (value: unknown): [string, unknown][] => (typeof value === "object" && value !== null ? Object.entries(value) : []);

export function ConnectionFacts({ connection }: { connection: Connection }) {
  const health = healthOf(connection);
  const titles = titlesOf(useConnectors().data?.find((one) => one.connector === connection.connector));
  return (
    <section className="panel">
      <header>
        <h2 className="h2">What is kept</h2>
      </header>
      <div className="body stack stack--4">
        <div className={`note note--${groundOf(connection)}`}>
          <Mark name={health.mark} />
          <span>
            <b>{health.words}.</b> {health.means}
          </span>
        </div>
        <dl className="kv">
          <dt>Connector</dt>
          <dd>
            <System name={connection.connector} />
          </dd>
          <dt>Account</dt>
          <dd>{connection.account ?? <span className="c3">Not known until it is tested</span>}</dd>
          <dt>Speaks to</dt>
          <dd className="mono t12 breaks">{connection.bound_to ?? <span className="c3">Any of its hosts</span>}</dd>
          {entries(connection.settings).map(([name, value]) => (
            <SettingRow key={name} name={titles.get(name) ?? words(name)} value={plain(value)} />
          ))}
          {entries(connection.secrets).map(([name, place]) => (
            <SettingRow key={name} name={titles.get(name) ?? words(name.replace(".", ", "))} value={`Kept ${placeWords(place)}; never shown`} />
          ))}
          <dt>Tested</dt>
          <dd>{connection.tested_at ? <Ago time={connection.tested_at} /> : "Never"}</dd>
          <dt>Changed</dt>
          <dd>
            <When time={connection.updated_at} />
          </dd>
        </dl>
      </div>
    </section>
  );
}

function SettingRow({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="breaks">{value}</dd>
    </>
  );
}

export function UsedBy({ connection }: { connection: string }) {
  const texts = useTexts();
  const uses = (texts.data ?? []).flatMap((one) => one.uses.filter((use) => use.connection === connection).map((use) => ({ ...use, workflow: one.workflow, in: one.title })));
  return (
    <section className="panel">
      <header>
        <h2 className="h2">Where it is used</h2>
        <span className="badge">{uses.length}</span>
      </header>
      {texts.isPending ? (
        <Skeleton rows={3} />
      ) : uses.length === 0 ? (
        <p className="body c2">No published workflow uses it.</p>
      ) : (
        <ul className="list">
          {uses.map((use) => (
            <li key={`${use.workflow}/${use.node}`} className="row--wrap">
              <div className="two">
                <Link className="text-ink semi cut" to="/workflows/$workflow" params={{ workflow: use.workflow }}>
                  {use.in}
                </Link>
                <span className="t12 c2 cut">{use.title}</span>
              </div>
              <span className="mono t12 c3 push cut">{use.action}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function WaitsOnIt({ connection }: { connection: string }) {
  const { data } = useWaiting(connection);
  if (!data || data.length === 0) return null;
  return (
    <section className="panel">
      <header>
        <h2 className="h2">What waits on it</h2>
        <span className="badge">{data.length}</span>
      </header>
      <ul className="list">
        {data.map((one) => (
          <li key={one.exception_id}>
            <Mark name="exc" />
            <Link className="text-ink cut" to="/inbox/exceptions" search={{ id: one.exception_id }} title={one.sentence}>
              {one.sentence}
            </Link>
            <span className="push">
              <Owner owner={one.owner} person={one.person ?? null} />
            </span>
            <Due time={one.due_at} small />
          </li>
        ))}
      </ul>
    </section>
  );
}
