import { Background, BackgroundVariant, ConnectionMode, ReactFlow, SelectionMode, useReactFlow, type Connection, type EdgeChange, type NodeChange, type OnConnectEnd } from "@xyflow/react";
import { memo, useCallback, useMemo, useRef, type ReactNode, type RefObject } from "react";

import { connect } from "../model/commands/connect";
import { Palette } from "../palette/palette";
import { openOverlay, run, select } from "../state/editor-store";
import { useEditor, useEditorStore } from "../state/context";
import { CanvasTools, ZoomTools } from "./tools";
import { dropped } from "./drop";
import type { FlowEdge, FlowNode } from "./flow";
import { GroupFrame, NoteCard } from "./note-card";
import { StepCard } from "./step-card";
import { OverviewMap } from "./mini-map";
import { useFirstView } from "./view";
import { chosenIds, marked, useFlow } from "./use-flow";
import { useNodes } from "./use-nodes";
import { Way } from "./way";

const NODE_TYPES = { step: StepCard, note: NoteCard, group: GroupFrame };
const EDGE_TYPES = { way: Way };
const SNAP: [number, number] = [8, 8];

/** What is chosen after the canvas has said what changed. */
function chosenAfter(before: readonly string[], changes: readonly (NodeChange<FlowNode> | EdgeChange<FlowEdge>)[]): readonly string[] | null {
  const picked = changes.filter((change) => change.type === "select");
  if (!picked.length) return null;
  const next = new Set(before);
  for (const change of picked) {
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  return [...next];
}

function useCanvasEvents(flow: ReturnType<typeof useFlow>) {
  const store = useEditorStore();
  const onPlaces = useNodes(flow.nodes);
  const edgeKeys = useEditor((state) => state.edges);
  const edges = useMemo(() => marked(flow.edges, new Set(edgeKeys), new Map<string, FlowEdge>()), [flow.edges, edgeKeys]);
  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      onPlaces(changes);
      const { history, edges: now, notes: before } = store.getState();
      const picked = chosenAfter([...chosenIds(history.selected, before)], changes);
      if (!picked) return;
      const notes = picked.flatMap((id) => (id.startsWith("note:") ? [id.slice(5)] : []));
      select(store, picked.filter((id) => !id.startsWith("note:") && !id.startsWith("group:")), now, notes);
    },
    [onPlaces, store],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => {
      const { history, edges: now, notes } = store.getState();
      const picked = chosenAfter(now, changes);
      if (picked) select(store, history.selected, picked, notes);
    },
    [store],
  );
  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => run(store, (document) => connect(document, { from: source, port: sourceHandle ?? "next", to: target })),
    [store],
  );
  return { edges, onNodesChange, onEdgesChange, onConnect };
}

/** The same functions in every frame: the canvas takes each new one for a change. */
function useDropEvents() {
  const store = useEditorStore();
  const canvas = useReactFlow<FlowNode, FlowEdge>();
  return useMemo(() => {
    const onConnectEnd: OnConnectEnd = (event, { fromNode, fromHandle, isValid, toNode }) => {
      // Let go over nothing: whatever is added there follows the port.
      if (isValid !== null || toNode || !fromNode || fromHandle.type !== "source" || !("clientX" in event)) return;
      openOverlay(store, { kind: "palette", spot: { after: fromNode.id, port: fromHandle.id ?? "next" }, near: "behind the edge you drew" });
    };
    const onDragStart = (): void => store.setState({ dragged: true });
    const drop = (moved: readonly FlowNode[]): void => {
      dropped(store, moved, canvas.getNodes());
      store.setState({ dragged: false });
    };
    return {
      onConnectEnd,
      onNodeDragStart: onDragStart,
      onSelectionDragStart: onDragStart,
      onNodeDragStop: (_: unknown, __: FlowNode, moved: FlowNode[]) => drop(moved),
      onSelectionDragStop: (_: unknown, moved: FlowNode[]) => drop(moved),
      onPaneClick: () => select(store, []),
    };
  }, [canvas, store]);
}

const MULTI_KEYS = ["Control", "Meta"];

export const Canvas = memo(function Canvas() {
  const flow = useFlow();
  const readOnly = useEditor((state) => state.readOnly);
  const { edges, onNodesChange, onEdgesChange, onConnect } = useCanvasEvents(flow);
  const frame = useRef<HTMLElement>(null);
  const dropEvents = useDropEvents();
  useFirstView(frame, flow.nodes);
  return (
    <Frame ref={frame}>
      <ReactFlow<FlowNode, FlowEdge>
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        {...dropEvents}
        onlyRenderVisibleElements
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        nodesFocusable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={MULTI_KEYS}
        selectionMode={SelectionMode.Partial}
        connectionMode={ConnectionMode.Strict}
        connectionRadius={44}
        snapToGrid
        snapGrid={SNAP}
        minZoom={0.1}
        maxZoom={2}
        elevateNodesOnSelect={false}
        disableKeyboardA11y
        zoomOnDoubleClick={false}
      >
        <Background variant={BackgroundVariant.Dots} gap={16} size={1.4} />
      </ReactFlow>
      <OverviewMap nodes={flow.nodes} />
      <Lanes />
      <CanvasTools />
      <ZoomTools />
      <Palette />
    </Frame>
  );
});

/** Around the canvas. While something is dragged nothing else answers to the mouse, which runs ahead of what it drags. */
function Frame({ ref, children }: { ref: RefObject<HTMLElement | null>; children: ReactNode }) {
  const dragged = useEditor((state) => state.dragged);
  return (
    <section className={dragged ? "canvas is-dragged" : "canvas"} aria-label="Canvas" ref={ref}>
      {children}
    </section>
  );
}

/** What the two lines mean. */
const Lanes = memo(function Lanes() {
  return (
    <div className="lanes">
      <span className="lane">
        <svg width="30" height="11" aria-hidden="true">
          <path className="e-bed" d="M5 5.500h20" />
          <path className="e-path" d="M2 5.500h26" />
        </svg>
        Normal path
      </span>
      <span className="lane">
        <svg width="30" height="11" aria-hidden="true">
          <path className="e-exc" d="M1 5.500h28" />
        </svg>
        Exception path
      </span>
    </div>
  );
});
