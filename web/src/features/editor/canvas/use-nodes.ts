import { applyNodeChanges, useStoreApi, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect } from "react";

import type { EditorState } from "../state/editor-store";
import { useEditorStore } from "../state/context";
import type { FlowEdge, FlowNode } from "./flow";
import { chosenIds, marked } from "./use-flow";

/**
 * Shows the nodes of the flow, and hears what is done with them. They stand in the canvas' own store alone: in a frame of a drag only
 * what moves is drawn, and nothing of it reaches the text before it is dropped.
 */
export function useNodes(flow: readonly FlowNode[]): (changes: NodeChange<FlowNode>[]) => void {
  const store = useEditorStore();
  const shown = useStoreApi<FlowNode, FlowEdge>();
  useEffect(() => {
    const show = ({ history, notes }: EditorState): void => {
      const { nodes, setNodes } = shown.getState();
      setNodes(marked(flow, chosenIds(history.selected, notes), new Map(nodes.map((node) => [node.id, node]))));
    };
    show(store.getState());
    return store.subscribe((now, before) => {
      if (now.history.selected !== before.history.selected || now.notes !== before.notes) show(now);
    });
  }, [flow, shown, store]);
  return useCallback(
    (changes) => {
      const places = changes.filter((change) => change.type === "position" || change.type === "dimensions");
      const { nodes, setNodes } = shown.getState();
      if (places.length) setNodes(applyNodeChanges(places, nodes));
      // Also where a drag is broken off: then nothing is dropped.
      if (places.some((change) => change.type === "position" && change.dragging === false)) store.setState({ dragged: false });
    },
    [shown, store],
  );
}
