import { Link } from "@tanstack/react-router";

import { Mark } from "@/components/mark";
import { System } from "@/components/pieces";
import { Ago } from "@/components/time";

import type { Connection } from "./api";
import { healthOf } from "./words";

interface ListProps {
  connections: readonly Connection[];
  focused: string | undefined;
}

export function ConnectionTable({ connections, focused }: ListProps) {
  return (
    <section className="panel panel--list" aria-label="Connections">
      <table className="tbl tbl--cards">
        <thead>
          <tr>
            <th scope="col">Connection</th>
            <th scope="col">Connector</th>
            <th scope="col">Account</th>
            <th scope="col">State</th>
            <th scope="col">Speaks to</th>
            <th scope="col" className="num">
              Tested
            </th>
          </tr>
        </thead>
        <tbody>
          {connections.map((one) => (
            <Row key={one.connection_id} connection={one} focused={focused === one.name} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ connection, focused }: { connection: Connection; focused: boolean }) {
  const health = healthOf(connection);
  return (
    <tr aria-selected={focused}>
      <td>
        <Link className="semi text-ink" to="/connections/$connection" params={{ connection: connection.name }}>
          {connection.name}
        </Link>
      </td>
      <td data-l="Connector">
        <System name={connection.connector} />
      </td>
      <td data-l="Account">{connection.account ?? <span className="c3">Not known</span>}</td>
      <td data-l="State">
        <span className={`state ${health.tone}`} title={health.means}>
          <Mark name={health.mark} />
          {health.words}
        </span>
      </td>
      <td data-l="Speaks to" className="mono t12 c2">
        {connection.bound_to ?? <span className="c3">Any of its hosts</span>}
      </td>
      <td data-l="Tested" className="num c2">
        {connection.tested_at ? <Ago time={connection.tested_at} /> : <span className="c3">Never</span>}
      </td>
    </tr>
  );
}
