import { Plug } from "lucide-react";

import { Refusal } from "@/components/states";
import { plural } from "@/lib/format";
import { useMe } from "@/lib/me";
import { toast } from "@/lib/toasts";

import { useConnectPractice, usePractice } from "./api";

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
  return (
    <div className="stack">
      <p>
        Simulated systems run beside this server: {systems.map((one) => one.connector).join(", ")}. They are opened to this workspace alone, with secrets of their own.
        {ready.length === 0 ? " Install the connector of one first." : ""}
      </p>
      {ready.length > 0 ? (
        <p>
          <button type="button" className="btn btn--go" disabled={connect.isPending} onClick={() => connect.mutate(undefined, { onSuccess: () => toast(`${plural(ready.length, "system")} connected.`) })}>
            <Plug className="i i--s" aria-hidden="true" />
            {connect.isPending ? "Connecting" : `Connect ${ready.map((one) => one.connector).join(", ")}`}
          </button>
        </p>
      ) : null}
      <Refusal error={connect.error} />
    </div>
  );
}
