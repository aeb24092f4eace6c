import { useReactFlow, useStore as useCanvasStore } from "@xyflow/react";
import { memo, useMemo, useRef, type PointerEvent } from "react";

import type { FlowNode } from "./flow";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const PAD = 80;

function boundsOf(boxes: readonly Box[], seen: Box): Box {
  const all = [...boxes, seen];
  const [x, y] = [Math.min(...all.map((box) => box.x)) - PAD, Math.min(...all.map((box) => box.y)) - PAD];
  const [right, low] = [Math.max(...all.map((box) => box.x + box.width)) + PAD, Math.max(...all.map((box) => box.y + box.height)) + PAD];
  return { x, y, width: right - x, height: low - y };
}

/** All cards of one line as one path: five hundred elements would each have to look at every move. */
function pathOf(nodes: readonly FlowNode[], exceptional: boolean): string {
  return nodes
    .filter((node) => node.type === "step" && (node.data.node.line === "exception") === exceptional)
    .map(({ position: { x, y }, width = 0, height = 0 }) => `M${x} ${y}h${width}v${height}h${-width}z`)
    .join("");
}

/** The whole workflow, and what of it is in sight. It is drawn anew when something was dropped, not while it is dragged. */
export const OverviewMap = memo(function OverviewMap({ nodes }: { nodes: readonly FlowNode[] }) {
  const outer = useMemo(() => nodes.filter((node) => node.parentId === undefined), [nodes]);
  const boxes = useMemo(() => outer.map(({ position: { x, y }, width = 0, height = 0 }) => ({ x, y, width, height })), [outer]);
  const [normal, exceptions] = useMemo(() => [pathOf(outer, false), pathOf(outer, true)], [outer]);
  return <Overview boxes={boxes} normal={normal} exceptions={exceptions} />;
});

function Overview({ boxes, normal, exceptions }: { boxes: readonly Box[]; normal: string; exceptions: string }) {
  const [x, y, zoom] = useCanvasStore((state) => state.transform);
  const width = useCanvasStore((state) => state.width);
  const height = useCanvasStore((state) => state.height);
  const canvas = useReactFlow();
  const svg = useRef<SVGSVGElement>(null);
  const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
  const bounds = boundsOf(boxes, seen);
  const go = (event: PointerEvent): void => {
    const matrix = svg.current?.getScreenCTM()?.inverse();
    if (event.buttons !== 1 || !matrix) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    void canvas.setCenter(at.x, at.y, { zoom });
  };
  return (
    <div className="mini" role="img" aria-label="Mini-map">
      <svg ref={svg} viewBox={`${bounds.x} ${bounds.y} ${bounds.width} ${bounds.height}`} preserveAspectRatio="xMidYMid meet" aria-hidden="true" onPointerDown={go} onPointerMove={go}>
        <path className="mini-step" d={normal} />
        <path className="mini-exc" d={exceptions} />
        <rect className="mini-seen" x={seen.x} y={seen.y} width={seen.width} height={seen.height} />
      </svg>
    </div>
  );
}
