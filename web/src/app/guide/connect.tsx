import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { Mark } from "@/components/mark";
import { useShipped, type Shipped } from "@/features/plugins/api";
import { ShipDialog } from "@/features/plugins/ship-dialog";
import { Simulated } from "@/features/practice/simulated";
import { useMe, useRight } from "@/lib/me";

import type { Needed, Progress } from "./progress";

/** Each system that the workflow names: its connector, then its connection. */
export function Connect({ progress }: { progress: Progress }) {
  const [installing, setInstalling] = useState<Shipped | null>(null);
  if (progress.workflow === null) return <p>It says by name which connections it needs.</p>;
  if (progress.connections.length === 0) return <p>The workflow names no connection: there is nothing to connect.</p>;
  return (
    <>
      <ul className="stack">
        {progress.connections.map((one) => (
          <li className="row" key={one.name}>
            <Mark name={one.there ? "done" : "idle"} small />
            <span className="mono t12">{one.name}</span>
            <Step needed={one} onInstall={setInstalling} />
          </li>
        ))}
      </ul>
      <Simulated />
      {installing ? <ShipDialog plugin={installing} onClose={() => setInstalling(null)} /> : null}
    </>
  );
}

function Step({ needed, onInstall }: { needed: Needed; onInstall: (plugin: Shipped) => void }) {
  const me = useMe();
  const installs = me?.server_rights.includes("server") ?? false;
  const connects = useRight("connect") !== false;
  const shipped = useShipped().items.find((one) => one.connector === needed.connector);
  if (needed.there) {
    return (
      <Link to="/connections/$connection" params={{ connection: needed.name }}>
        {needed.tested ? "connected and tested" : "connected; test it"}
      </Link>
    );
  }
  if (!needed.installed) {
    if (!installs) return <span className="c3">its connector is installed by who looks after the server</span>;
    if (shipped) {
      return (
        <button type="button" className="btn btn--s" onClick={() => onInstall(shipped)}>
          Install the connector {shipped.name}
        </button>
      );
    }
    return <Link to="/plugins">Install its connector</Link>;
  }
  if (!connects) return <span className="c3">an administrator connects it</span>;
  return (
    <Link to="/connections" search={{ new: needed.connector }}>
      Connect
    </Link>
  );
}
