import { Link } from "@tanstack/react-router";

import { Mark } from "@/components/mark";
import { CopyId, Person } from "@/components/pieces";
import { Refusal } from "@/components/states";
import { When } from "@/components/time";
import { plural } from "@/lib/format";
import type { Said } from "@/lib/texts";
import { toast } from "@/lib/toasts";

import { useRelease, type Plugin } from "./api";

interface DetailProps {
  plugin: Plugin;
  earlier: readonly Plugin[];
  texts: readonly Said[];
  connections: readonly { name: string; connector: string }[];
  mayRelease: boolean;
  hosts: readonly string[];
}

/** A setting instead of an address: every connection says its own. */
const hostWords = (host: string): string => (host.startsWith("{") ? "the address that its connection names" : host);

export function PluginDetail({ plugin, earlier, texts, connections, mayRelease, hosts }: DetailProps) {
  const used = texts.filter((one) => one.uses.some((use) => use.connector === plugin.connector));
  const mine = connections.filter((one) => one.connector === plugin.connector);
  return (
    <section className="panel" aria-label={plugin.name}>
      <header>
        <h2 className="h2">{plugin.name || plugin.connector}</h2>
        <span className="mono t12 c3 push">{plugin.version}</span>
      </header>
      <div className="body stack stack--4">
        {plugin.quarantine ? <Quarantine plugin={plugin} may={mayRelease} /> : null}
        <p className="c2">{plugin.description}</p>
        <dl className="kv">
          <dt>Connector</dt>
          <dd className="mono t12">{plugin.connector}</dd>
          <dt>Installed</dt>
          <dd>
            <When time={plugin.installed_at} /> by <Person who={plugin.installed_by} />
          </dd>
          <dt>Component</dt>
          <dd>
            <CopyId id={plugin.digest} />
          </dd>
          <dt>Agreed to</dt>
          <dd>
            <CopyId id={plugin.permissions} />
          </dd>
          <dt>Contract</dt>
          <dd className="mono t12">{plugin.contract}</dd>
          <dt>Talks to</dt>
          <dd className="breaks">{hosts.length > 0 ? hosts.map(hostWords).join(", ") : <span className="c3">Not said here</span>}</dd>
        </dl>
        <Names title="Actions" names={plugin.actions} />
        <Names title="Triggers" names={plugin.triggers} />
        <Uses used={used} connections={mine} />
        {earlier.length > 0 ? <Earlier earlier={earlier} /> : null}
      </div>
    </section>
  );
}

function Names({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <section className="stack">
      <h3 className="h3">{title}</h3>
      <p className="mono t12 c2 breaks">{names.join(", ")}</p>
    </section>
  );
}

function Uses({ used, connections }: { used: readonly Said[]; connections: readonly { name: string }[] }) {
  return (
    <section className="stack">
      <h3 className="h3">Where it is used</h3>
      {used.length + connections.length === 0 ? <p className="c2">No published workflow and no connection uses it.</p> : null}
      <ul className="stack t12">
        {connections.map((one) => (
          <li key={one.name}>
            Connection{" "}
            <Link className="underline" to="/connections/$connection" params={{ connection: one.name }}>
              {one.name}
            </Link>
          </li>
        ))}
        {used.map((one) => (
          <li key={one.workflow}>
            <Link to="/workflows/$workflow" params={{ workflow: one.workflow }}>
              {one.title}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Earlier({ earlier }: { earlier: readonly Plugin[] }) {
  return (
    <section className="stack">
      <h3 className="h3">Earlier versions</h3>
      <ul className="stack t12 c2">
        {earlier.map((one) => (
          <li key={one.digest} className="row">
            <span className="mono">{one.version}</span>
            <CopyId id={one.digest} />
            <span className="push">
              <When time={one.installed_at} />
            </span>
          </li>
        ))}
      </ul>
      <p className="help">Runs that began with one of them end with it.</p>
    </section>
  );
}

function Quarantine({ plugin, may }: { plugin: Plugin; may: boolean }) {
  const release = useRelease();
  const held = plugin.quarantine;
  if (!held) return null;
  return (
    <div className="stack">
      <div className="note note--risk">
        <Mark name="late" />
        <div className="breaks">
          <b>It is set aside until <When time={held.until} />.</b> It stopped {plural(held.times, "time")} in a row: {held.reason}. Steps that need it wait; nothing fails.
        </div>
      </div>
      {may ? (
        <button type="button" className="btn" disabled={release.isPending} onClick={() => release.mutate(plugin.connector, { onSuccess: () => toast(`${plugin.name} may run again.`) })}>
          {release.isPending ? "Releasing" : "Let it run again now"}
        </button>
      ) : null}
      <Refusal error={release.error} />
    </div>
  );
}
