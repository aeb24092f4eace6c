import { Plus } from "lucide-react";

import { connect } from "../model/commands/connect";
import { disconnect } from "../model/commands/disconnect";
import { graphOf } from "../model/graph/graph";
import { portsOf, type Port } from "../model/node";
import { nodeIndex } from "../model/node-index";
import { useCanvasActs } from "../canvas/acts";
import { useDocument, useEditor, useGraph, useRun } from "../state/context";
import { useFollowers } from "./follower-field";

/** Every way out of a step: where it leads, taking it away, leading it elsewhere, adding a step there. */
export function NextTab({ node }: { node: string }) {
  const document = useDocument();
  const value = nodeIndex(document).byKey.get(node)?.node ?? null;
  const ports = portsOf(value);
  if (!ports.length) return <p className="c2">The run ends here: nothing follows.</p>;
  return ports.map((port) => <PortBox key={port.name} node={node} port={port} />);
}

export function portWords(port: Pick<Port, "kind" | "label" | "name">): string {
  if (port.kind === "exception") return "When it fails";
  if (port.kind === "next") return port.label === "" ? "Then" : "When no condition holds";
  if (port.kind === "case") return `When ${port.label.replace(/^\s*\{\{\s*|\s*\}\}\s*$/g, "")}`;
  return { else: "Else", timeout: "When the time is over", expired: "When nobody answers", start: "Then" }[port.kind];
}

function PortBox({ node, port }: { node: string; port: Port }) {
  const run = useRun();
  const acts = useCanvasActs();
  const graph = useGraph();
  const readOnly = useEditor((state) => state.readOnly);
  const catalog = useEditor((state) => state.catalog.model);
  const followers = useFollowers(node);
  const document = useDocument();
  const titles = new Map(graphOf(document, catalog).nodes.map((one) => [one.key, one.title]));
  const edges = graph.edges.filter((edge) => edge.from === node && edge.port === port.name);
  const taken = new Set(edges.map((edge) => edge.target));
  return (
    <div className="item-box" role="group" aria-label={portWords(port)}>
      <span className="label cut" title={portWords(port)}>
        {portWords(port)}
      </span>
      {edges.length ? (
        <ul className="stack">
          {edges.map((edge) => (
            <li className="row" key={edge.key}>
              <span className="cut">{titles.get(edge.to ?? "") ?? edge.target}</span>
              {readOnly ? null : (
                <button type="button" className="link push" aria-label={`Take away the edge to ${titles.get(edge.to ?? "") ?? edge.target}`} onClick={() => run((now) => disconnect(now, edge.key))}>
                  Take away
                </button>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <p className="t12 c3">{port.kind === "exception" ? "It is parked with the owner that answers for it." : "Nothing follows yet."}</p>
      )}
      {readOnly ? null : (
        <div className="row">
          <select className="input input--s" aria-label={`${portWords(port)}: connect to`} value="" onChange={(event) => event.target.value && run((now) => connect(now, { from: node, port: port.name, to: event.target.value }))}>
            <option value="">Connect to…</option>
            {followers
              .filter((one) => !taken.has(one.id))
              .map((one) => (
                <option key={one.id} value={one.id}>
                  {one.title}
                </option>
              ))}
          </select>
          <button type="button" className="btn btn--s" onClick={() => acts.addAfter(node, port.name)}>
            <Plus className="i i--s" aria-hidden="true" />
            Add step
          </button>
        </div>
      )}
    </div>
  );
}
