import { PackagePlus } from "lucide-react";
import { useState } from "react";

import { Refusal } from "@/components/states";
import { plural } from "@/lib/format";

import { useShipped, type Shipped } from "./api";
import { ShipDialog } from "./ship-dialog";

/** Connectors that lie beside the server and are not installed, or are installed in another version. */
export function ShippedPlugins() {
  const { items, error } = useShipped();
  const [chosen, setChosen] = useState<Shipped | null>(null);
  const open = items.filter((one) => !one.installed).sort((one, other) => one.name.localeCompare(other.name));
  if (error) return <Refusal error={error} />;
  if (open.length === 0) return null;
  return (
    <section className="panel" aria-label="Ships with this server">
      <header>
        <h2 className="h2">Ships with this server</h2>
        <span className="badge">{open.length}</span>
      </header>
      <ul className="list">
        {open.map((one) => (
          <li key={one.connector}>
            <div className="two grow">
              <span className="semi">
                {one.name} <span className="mono t12 c3">{one.version}</span>
              </span>
              <span className="t12 c2">
                {one.replaces === null || one.replaces === undefined ? one.description : `Version ${one.replaces} is installed.`} It asks for {one.asks_for.length === 0 ? "nothing" : plural(one.asks_for.length, "thing")}.
              </span>
            </div>
            <button type="button" className="btn btn--s push" aria-label={`Install ${one.name}`} onClick={() => setChosen(one)}>
              <PackagePlus className="i i--s" aria-hidden="true" />
              Install
            </button>
          </li>
        ))}
      </ul>
      {chosen ? <ShipDialog plugin={chosen} onClose={() => setChosen(null)} /> : null}
    </section>
  );
}
