import { Handle, Position, type NodeProps } from "@xyflow/react";
import clsx from "clsx";
import { memo } from "react";

import { Mark, type MarkName } from "@/components/mark";
import { capital, ownerParts, words } from "@/lib/format";

import { TRIGGER_KEY } from "../model/graph/edge-key";
import type { GraphNode } from "../model/graph/graph";
import { canFail, kindOf } from "../model/node";
import { asText, entry } from "../model/text/value";
import { useEditor } from "../state/context";
import { nodeStatus, type NodeStatus } from "../samples/status";
import type { StepData, StepNode } from "./flow";
import { iconOf, systemOf, triggerIcon } from "./kinds";
import { usePlace } from "./place";
import type { DrawnPort } from "./ports";

type Shown = Pick<NodeProps<StepNode>, "data" | "selected" | "width" | "height">;

/** Where a card stands is its wrapper's: a card that is only moved is not drawn again. */
const looksSame = (left: Shown, right: Shown): boolean =>
  left.data === right.data && left.selected === right.selected && left.width === right.width && left.height === right.height;

/** A step, the trigger, or the frame of a for-each. */
export const StepCard = memo(function StepCard({ data, selected, width, height }: Shown) {
  const { node, ports } = data;
  const framed = height !== undefined && height > 80;
  const ref = usePlace(width, height);
  const fate = useEditor((state) => state.fates?.get(node.key));
  const first = useEditor((state) => state.history.selected.length === 0 && node.key === TRIGGER_KEY);
  return (
    <>
      <Arrivals />
      <div
        ref={ref}
        className={clsx(node.kind === "raise" ? "siding" : "node", node.key === TRIGGER_KEY && "node--trigger", framed && "node--frame", selected && "is-selected")}
        role="button"
        data-key={node.key}
        tabIndex={selected || first ? 0 : -1}
        aria-pressed={selected}
        aria-label={labelOf(data)}
      >
        {node.kind === "raise" ? <Siding node={node} /> : <Face data={data} />}
      </div>
      <Ports ports={ports} />
      {ports.some((port) => port.kind === "exception" && !port.used) && canFail(data.value) ? <Parked node={node} /> : null}
      {fate ? <span className={`fate fate--${fate}`}>{fate === "added" ? "Added" : "Changed"}</span> : null}
      {data.ends && node.parent === null ? <LineEnd /> : null}
    </>
  );
}, looksSame);

function labelOf({ node, value, ports }: StepData): string {
  const kind = node.kind === "trigger" ? "Trigger" : node.kind === "raise" ? "Exception" : "Step";
  const line = node.line === "exception" ? "on an exception path" : node.line === "main" ? "on the normal path" : "beside the normal path";
  const open = ports.filter((port) => !port.used && port.kind === "next").length > 0 && kindOf(value) !== "end" ? ", nothing follows" : "";
  return `${kind}: ${node.title}, ${line}${open}`;
}

const MARKS: Readonly<Record<NodeStatus["state"], MarkName>> = { untested: "idle", ran: "done", failed: "fail", stale: "draft" };

function Face({ data: { node, value } }: { data: StepData }) {
  const catalog = useEditor((state) => state.catalog);
  const status = useEditor((state) => nodeStatus(state, node.key));
  const operation = asText(entry(value, node.kind === "trigger" ? "on" : "action")) ?? "";
  const known = catalog.actions.get(operation);
  const trigger = catalog.triggers.get(operation);
  const Icon = node.kind === "trigger" ? triggerIcon(trigger?.kind, operation) : iconOf(node.kind, known?.effect);
  const title = node.kind === "trigger" ? (trigger?.title ?? (operation || "No trigger yet")) : node.title;
  const meta = status.words ?? (node.kind === "trigger" ? operation : (known?.title ?? node.summary));
  return (
    <>
      <span className="kind">
        <Icon className="i" aria-hidden="true" />
        <span className="cut">{systemOf(node.kind, value, catalog)}</span>
        {status.words === null ? null : <Mark name={MARKS[status.state]} />}
      </span>
      <span className="name cut" title={title}>
        {title}
      </span>
      <span className="meta">
        <span className="cut" title={meta}>
          {meta || " "}
        </span>
      </span>
    </>
  );
}

export function ownerWords(owner: string): string {
  return words(ownerParts(owner).name);
}

const dueWords = (due: string): string => due.replaceAll("_", " ");

function Siding({ node }: { node: GraphNode }) {
  const { owner, due } = node.answers;
  return (
    <>
      <span className="why">
        <Mark name="exc" />
        <span className="cut" title={node.title}>
          {node.title}
        </span>
      </span>
      <span className={clsx("who", owner === null && "tx-exc")}>{owner === null ? "No owner yet" : <span className="cut">{ownerWords(owner)}</span>}</span>
      <span className={clsx("due cut", due === null && "tx-exc")}>{due === null ? "No time allowed yet" : capital(dueWords(due))}</span>
    </>
  );
}

/** What no edge catches: the step is parked with an owner and a time. */
function Parked({ node: { answers } }: { node: GraphNode }) {
  const { owner, due } = answers;
  const missing = owner === null || due === null;
  const said = [owner === null ? "No owner yet" : ownerWords(owner), due === null ? "no time allowed" : dueWords(due)].join(", ");
  return (
    <div className={clsx("parked", missing && "parked--missing")} title={`A failure here is parked as an exception: ${said}`}>
      <Mark name={missing ? "soon" : "exc"} small />
      <span className="cut">{said}</span>
    </div>
  );
}

function Arrivals() {
  return (
    <>
      <Handle type="target" id="in" position={Position.Left} className="arrive" />
      <Handle type="target" id="top" position={Position.Top} className="arrive arrive--top" />
      <Handle type="target" id="low" position={Position.Bottom} className="arrive arrive--low" isConnectableEnd={false} />
    </>
  );
}

function Ports({ ports }: { ports: readonly DrawnPort[] }) {
  return ports.map((port) => <PortDot key={port.name} port={port} />);
}

function PortDot({ port }: { port: DrawnPort }) {
  const tone = port.side === "bottom" ? "port--exc" : "port--path";
  return (
    <Handle
      type="source"
      id={port.name}
      position={port.side === "right" ? Position.Right : Position.Bottom}
      className={clsx("port", tone, !port.used && "port--free")}
      title={port.label || (port.kind === "next" ? "What comes next" : "Exception path")}
      style={port.side === "right" ? { top: port.y } : { left: port.x }}
    />
  );
}

/** The line ends here: a buffer stop. */
function LineEnd() {
  return (
    <svg className="line-end" width="28" height="24" aria-hidden="true">
      <path className="e-bed" d="M0 12h18" />
      <path className="e-path" d="M0 12h22" />
      <path className="e-path" d="M23.5 1v22" />
    </svg>
  );
}
