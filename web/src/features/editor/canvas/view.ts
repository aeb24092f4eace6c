import { useReactFlow, useStore as useCanvasStore } from "@xyflow/react";
import { useCallback, useEffect, useRef, type RefObject } from "react";

import { useEditorStore } from "../state/context";
import type { FlowEdge, FlowNode } from "./flow";

const PAD = 56;

/** The first look: all of it where that can be read, else the beginning of the line. */
export function useFirstView(frame: RefObject<HTMLElement | null>, nodes: readonly FlowNode[]): void {
  const canvas = useReactFlow<FlowNode, FlowEdge>();
  const ready = useCanvasStore((state) => state.width > 0);
  const done = useRef(false);
  useEffect(() => {
    const box = frame.current;
    if (done.current || !ready || !nodes.length || !box) return;
    done.current = true;
    const bounds = boundsOf(nodes);
    const { clientWidth: width, clientHeight: height } = box;
    const zoom = Math.min(1, Math.max(0.8, Math.min((width - 2 * PAD) / bounds.width, (height - 2 * PAD) / bounds.height)));
    const fits = bounds.width * zoom <= width - PAD;
    const x = fits ? (width - bounds.width * zoom) / 2 - bounds.x * zoom : PAD - bounds.x * zoom;
    const tall = bounds.height * zoom > height - PAD;
    const y = tall ? Math.min(height * 0.34, 88 - bounds.y * zoom) : (height - bounds.height * zoom) / 2 - bounds.y * zoom;
    void canvas.setViewport({ x, y, zoom });
  }, [canvas, frame, nodes, ready]);
}

function boundsOf(nodes: readonly FlowNode[]): { x: number; y: number; width: number; height: number } {
  const outer = nodes.filter((node) => node.parentId === undefined);
  const [x, y] = [Math.min(...outer.map((node) => node.position.x)), Math.min(...outer.map((node) => node.position.y))];
  const right = Math.max(...outer.map((node) => node.position.x + (node.width ?? 0)));
  const low = Math.max(...outer.map((node) => node.position.y + (node.height ?? 0)));
  return { x, y, width: right - x, height: low - y };
}

/** Brings a node to where it is seen, and gives it the focus. */
export function useReveal(): (key: string, focus?: boolean) => void {
  const canvas = useReactFlow<FlowNode, FlowEdge>();
  const store = useEditorStore();
  return useCallback(
    (key, focus = true) => {
      const node = canvas.getInternalNode(key);
      const place = node?.internals.positionAbsolute ?? store.getState().places.get(key);
      if (!place) return;
      const [width, height] = [node?.width ?? 152, Math.min(node?.height ?? 72, 200)];
      if (!inSight(canvas, place, width, height)) void canvas.setCenter(place.x + width / 2, place.y + height / 2, { zoom: Math.max(canvas.getZoom(), 0.8), duration: 0 });
      if (focus) focusCard(key);
    },
    [canvas, store],
  );
}

function inSight(canvas: ReturnType<typeof useReactFlow<FlowNode, FlowEdge>>, { x, y }: { x: number; y: number }, width: number, height: number): boolean {
  const box = document.querySelector(".canvas")?.getBoundingClientRect();
  if (!box) return true;
  const [start, end] = [canvas.flowToScreenPosition({ x, y }), canvas.flowToScreenPosition({ x: x + width, y: y + height })];
  return start.x > box.left + 8 && end.x < box.right - 8 && start.y > box.top + 40 && end.y < box.bottom - 8;
}

/** The card is drawn only once it is in sight: a few frames are given to it. */
export function focusCard(key: string, patience = 8): void {
  requestAnimationFrame(() => {
    const card = document.querySelector<HTMLElement>(`.canvas [data-key="${CSS.escape(key)}"]`);
    if (card && card.tabIndex === 0) card.focus({ preventScroll: true });
    else if (patience > 0) focusCard(key, patience - 1);
  });
}
