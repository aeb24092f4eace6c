import { Link } from "@tanstack/react-router";
import { Plug } from "lucide-react";
import { useState } from "react";

import { Mark } from "@/components/mark";
import { Refusal } from "@/components/states";
import { useShipped, type Shipped } from "@/features/plugins/api";
import { ShipDialog } from "@/features/plugins/ship-dialog";
import { plural } from "@/lib/format";
import { useMe, useRight } from "@/lib/me";
import { toast } from "@/lib/toasts";

import { useConnectPractice, usePractice } from "./practice";
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
      <Simulated progress={progress} />
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

/** The systems that run beside the server for practice, connected with one press. */
function Simulated({ progress }: { progress: Progress }) {
  const me = useMe();
  const systems = usePractice().items;
  const connect = useConnectPractice();
  const ready = progress.connections.filter((one) => !one.there && one.installed && systems.some((system) => system.connector === one.name));
  if (systems.length === 0) {
    return (
      <p className="help">
        No system at hand? Start the server with <span className="mono">--simulators</span>, and simulated ones stand here.
      </p>
    );
  }
  if (ready.length === 0 || !me?.server_rights.includes("server")) return null;
  return (
    <>
      <p>
        Simulated systems run beside this server: {systems.map((one) => one.connector).join(", ")}. They are opened to this workspace alone, with secrets of their own.
      </p>
      <button type="button" className="btn btn--go self-start" disabled={connect.isPending} onClick={() => connect.mutate(undefined, { onSuccess: () => toast(`${plural(ready.length, "system")} connected.`) })}>
        <Plug className="i i--s" aria-hidden="true" />
        {connect.isPending ? "Connecting" : "Connect the simulated systems"}
      </button>
      <Refusal error={connect.error} />
    </>
  );
}
