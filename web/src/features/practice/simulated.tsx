import { Link } from "@tanstack/react-router";
import { Plug } from "lucide-react";

import { Refusal } from "@/components/states";
import { plural } from "@/lib/format";
import { useMe } from "@/lib/me";
import { toast } from "@/lib/toasts";

import { useConnectPractice, usePractice } from "./api";

const namesOf = (systems: readonly { connector: string }[]): string => systems.map((one) => one.connector).join(", ");

/** The systems that run beside the server for practice, connected with one press: those whose connectors are installed. */
export function Simulated() {
  const me = useMe();
  const { items: systems, loading } = usePractice();
  const connect = useConnectPractice();
  const open = systems.filter((one) => !one.connected);
  const ready = open.filter((one) => one.installed);
  if (loading || !me?.server_rights.includes("server")) return null;
  if (systems.length === 0) {
    return (
      <p className="help">
        No system at hand? Start the server with <span className="mono">--simulators</span>, and simulated ones are offered here.
      </p>
    );
  }
  if (open.length === 0) return null;
  const missing = open.filter((one) => !one.installed);
  return (
    <section className="panel">
      <header>
        <h2 className="h2">Simulated systems</h2>
      </header>
      <div className="body stack stack--3">
        <p className="c2">They run beside this server, for practice. Each is opened to this workspace alone, with secrets of its own.</p>
        {ready.length > 0 ? (
          <p>
            <button type="button" className="btn btn--go" disabled={connect.isPending} onClick={() => connect.mutate(undefined, { onSuccess: () => toast(`${plural(ready.length, "system")} connected.`) })}>
              <Plug className="i i--s" aria-hidden="true" />
              {connect.isPending ? "Connecting" : `Connect ${namesOf(ready)}`}
            </button>
          </p>
        ) : null}
        {missing.length > 0 ? (
          <p className="t12 c2">
            To connect {namesOf(missing)}{ready.length > 0 ? " as well" : ""},{" "}
            <Link className="underline" to="/plugins">
              install {missing.length === 1 ? "its plugin" : "their plugins"}
            </Link>
            .
          </p>
        ) : null}
        <Refusal error={connect.error} />
      </div>
    </section>
  );
}
