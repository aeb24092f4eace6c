import { Mark, type MarkName } from "@/components/mark";
import { Ago } from "@/components/time";
import { plural } from "@/lib/format";

import type { Plugin } from "./api";

interface State {
  mark: MarkName;
  tone: string;
  words: string;
}

export function stateOf(plugin: Plugin): State {
  if (plugin.quarantine) return { mark: "late", tone: "tx-risk", words: "Set aside" };
  if (plugin.state === "removed") return { mark: "skip", tone: "tx-c2", words: "Removed" };
  return plugin.current ? { mark: "done", tone: "tx-path", words: "Installed" } : { mark: "idle", tone: "tx-c2", words: "Earlier version" };
}

interface ListProps {
  plugins: readonly Plugin[];
  uses: ReadonlyMap<string, number>;
  chosen: string | undefined;
  onChoose: (connector: string) => void;
}

export function PluginTable({ plugins, uses, chosen, onChoose }: ListProps) {
  return (
    <section className="panel panel--list" aria-label="Plugins">
      <table className="tbl tbl--cards">
        <thead>
          <tr>
            <th scope="col">Plugin</th>
            <th scope="col">Version</th>
            <th scope="col">State</th>
            <th scope="col">Offers</th>
            <th scope="col">Used by</th>
            <th scope="col" className="num">
              Installed
            </th>
          </tr>
        </thead>
        <tbody>
          {plugins.map((one) => (
            <Row key={one.connector} plugin={one} used={uses.get(one.connector) ?? 0} chosen={chosen === one.connector} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ plugin, used, chosen, onChoose }: { plugin: Plugin; used: number; chosen: boolean; onChoose: (connector: string) => void }) {
  const state = stateOf(plugin);
  return (
    <tr aria-selected={chosen} className="pick-row">
      <td>
        <div className="two">
          <button type="button" className="row-open semi" aria-expanded={chosen} onClick={() => onChoose(plugin.connector)}>
            {plugin.name || plugin.connector}
          </button>
          <span className="cut plugin-words" title={plugin.description}>
            {plugin.description || plugin.connector}
          </span>
        </div>
      </td>
      <td data-l="Version" className="mono t12">
        {plugin.version}
      </td>
      <td data-l="State">
        <span className={`state ${state.tone}`}>
          <Mark name={state.mark} />
          {state.words}
        </span>
      </td>
      <td data-l="Offers" className="c2 nowrap">
        {[plugin.actions.length > 0 ? plural(plugin.actions.length, "action") : "", plugin.triggers.length > 0 ? plural(plugin.triggers.length, "trigger") : ""].filter(Boolean).join(", ") || "Nothing"}
      </td>
      <td data-l="Used by" className="c2 nowrap">
        {used > 0 ? plural(used, "workflow") : <span className="c3">None</span>}
      </td>
      <td data-l="Installed" className="num c2">
        <Ago time={plugin.installed_at} />
      </td>
    </tr>
  );
}
