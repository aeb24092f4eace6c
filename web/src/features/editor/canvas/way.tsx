import { getSmoothStepPath, getStraightPath, Position, type EdgeProps } from "@xyflow/react";
import clsx from "clsx";
import { memo } from "react";

import type { Gate } from "../model/graph/gate";
import type { GraphEdge } from "../model/graph/graph";
import { openOverlay } from "../state/editor-store";
import { useEditorStore } from "../state/context";
import type { FlowEdge } from "./flow";

interface Line {
  readonly path: string;
  readonly x: number;
  readonly y: number;
}

function lineOf(props: EdgeProps<FlowEdge>): Line {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const level = sourcePosition === Position.Right && targetPosition === Position.Left && Math.abs(sourceY - targetY) < 1 && targetX > sourceX;
  const plumb = sourcePosition === Position.Bottom && targetPosition === Position.Top && Math.abs(sourceX - targetX) < 1;
  if (level || plumb) {
    const [path, x, y] = getStraightPath({ sourceX, sourceY, targetX, targetY });
    return { path, x, y };
  }
  const [path, x, y] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, borderRadius: 8, offset: 20 });
  return { path, x, y };
}

const ARROWS: Partial<Record<Position, string>> = { [Position.Left]: "l-8 -5v10z", [Position.Top]: "l-5 -8h10z", [Position.Bottom]: "l-5 8h10z" };

/** An edge: the normal path on its bed, other ways thin, exceptions dashed; the gate of a write stands on it. */
export const Way = memo(function Way(props: EdgeProps<FlowEdge>) {
  const { targetX, targetY, targetPosition, selected, data } = props;
  const { path, x, y } = lineOf(props);
  if (!data) return null;
  const { edge, gate } = data;
  const tone = edge.side === "exception" ? "exc" : edge.main ? "path" : "idle";
  const shown = gate && edge.side === "normal" && gate.state !== "passes" ? gate : null;
  return (
    <g className={clsx("way", selected && "is-selected")}>
      {tone === "path" ? <path className="e-bed" d={path} /> : null}
      <path className={`e-${tone}`} d={path} />
      <path className={`a-${tone}`} d={`M${targetX} ${targetY}${ARROWS[targetPosition] ?? ARROWS[Position.Left]}`} />
      <path className="way-hit" d={path} />
      <WayLabel edge={edge} props={props} x={x} y={y} />
      {shown ? <GateMark gate={shown} x={x} y={y} /> : <AddHere edge={edge} x={x} y={y} />}
    </g>
  );
});

const LONG = 22;

/** A condition without the braces, short enough to stand beside its line. */
export function labelOf(edge: GraphEdge): string {
  if (edge.kind === "next" && edge.label === "") return "";
  if (edge.kind === "exception" || edge.kind === "start") return "";
  const text = edge.label.replace(/^\s*\{\{\s*|\s*\}\}\s*$/g, "").replaceAll("steps.", "");
  return text.length > LONG ? `${text.slice(0, LONG - 1)}…` : text;
}

function WayLabel({ edge, props, x, y }: { edge: GraphEdge; props: EdgeProps<FlowEdge>; x: number; y: number }) {
  const label = labelOf(edge);
  // Along the line there is no room for a condition: the card of the rule says it.
  if (!label || edge.main) return null;
  const down = props.sourcePosition === Position.Bottom;
  const aside = props.targetPosition === Position.Left;
  return (
    <text className={clsx("way-label", edge.side === "exception" && "way-label--exc")} x={down ? props.sourceX + 8 : x} y={down ? (aside ? props.targetY - 44 : props.sourceY + 20) : y - 10} textAnchor={down ? "start" : "middle"}>
      <title>{edge.label}</title>
      {label}
    </text>
  );
}

const GATE_WORDS: Readonly<Record<Gate["state"], string>> = { waits: "Review", passes: "Live", recorded: "Shadow", held: "Draft" };

function GateMark({ gate, x, y }: { gate: Gate; x: number; y: number }) {
  return (
    <g className={clsx("gate", gate.state !== "waits" && "gate--quiet")} transform={`translate(${x - 15} ${y - 15})`}>
      <title>{`Review gate: ${gate.words}`}</title>
      <rect width="30" height="30" rx="8" />
      <path d="M10 9.5v11M20 9.5v11M10 13h10M10 17h10" />
      <text x="15" y="43" textAnchor="middle">
        {GATE_WORDS[gate.state]}
      </text>
    </g>
  );
}

/** Adds a step on the edge; with the keyboard the palette adds behind the chosen step. */
function AddHere({ edge, x, y }: { edge: GraphEdge; x: number; y: number }) {
  const store = useEditorStore();
  const at = edge.side === "exception" ? y + 8 : y;
  return (
    <g className="way-add" transform={`translate(${x} ${at})`} onClick={() => openOverlay(store, { kind: "palette", spot: { onEdge: edge.key }, near: "on this edge" })}>
      <title>Add a step here</title>
      <circle r="9" />
      <path d="M-4 0h8M0-4v8" />
    </g>
  );
}
