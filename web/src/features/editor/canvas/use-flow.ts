import { useEffect, useState } from "react";

import type { WorkflowDocument } from "../model/document";
import { useEditor, useEditorStore } from "../state/context";
import { flowOf, noteKey, type Flow, type FlowEdge, type FlowNode } from "./flow";
import { placesOf } from "./places";

const NOTHING: Flow = { nodes: [], edges: [] };

/** The canvas of the document, always with a place for every node: until there is one, what was shown before stays. */
export function useFlow(): Flow {
  const store = useEditorStore();
  const document = useEditor((state) => state.history.document);
  const catalog = useEditor((state) => state.catalog.model);
  const [shown, setShown] = useState<{ document: WorkflowDocument | null; catalog: unknown; flow: Flow }>({ document: null, catalog: null, flow: NOTHING });
  useEffect(() => {
    let current = true;
    void placesOf(document).then((places) => {
      if (!current) return;
      const flow = flowOf(document, catalog, places);
      store.setState({ places });
      setShown((before) => ({ document, catalog, flow: shared(before.flow, flow) }));
    });
    return () => {
      current = false;
    };
  }, [document, catalog, store]);
  return shown.flow;
}

/** Nodes and edges of before wherever they say the same: who draws them need not look again. */
function shared(before: Flow, now: Flow): Flow {
  const nodes = new Map(before.nodes.map((node) => [node.id, node]));
  const edges = new Map(before.edges.map((edge) => [edge.id, edge]));
  return {
    nodes: now.nodes.map((node) => {
      const old = nodes.get(node.id);
      return old && sameNode(old, node) ? old : node;
    }),
    edges: now.edges.map((edge) => {
      const old = edges.get(edge.id);
      return old && sameEdge(old, edge) ? old : edge;
    }),
  };
}

function sameNode(left: FlowNode, right: FlowNode): boolean {
  if (left.type !== right.type || left.position.x !== right.position.x || left.position.y !== right.position.y) return false;
  if (left.width !== right.width || left.height !== right.height || left.parentId !== right.parentId) return false;
  if (left.type === "step" && right.type === "step") {
    return left.data.node === right.data.node && left.data.value === right.data.value && left.data.ends === right.data.ends && JSON.stringify(left.data.ports) === JSON.stringify(right.data.ports);
  }
  return JSON.stringify(left.data) === JSON.stringify(right.data);
}

function sameEdge(left: FlowEdge, right: FlowEdge): boolean {
  return left.targetHandle === right.targetHandle && left.data?.edge === right.data?.edge && left.data?.gate === right.data?.gate;
}

/** The flow with what is chosen marked; nodes that are as before stay the same objects. */
export function marked<T extends FlowNode | FlowEdge>(items: readonly T[], chosen: ReadonlySet<string>, before: ReadonlyMap<string, T>): T[] {
  return items.map((item) => {
    const is = chosen.has(item.id);
    const old = before.get(item.id);
    if (old && old.data === item.data && (old.selected ?? false) === is && samePlace(old, item)) return old;
    return is || item.selected ? { ...item, selected: is } : item;
  });
}

function samePlace(left: FlowNode | FlowEdge, right: FlowNode | FlowEdge): boolean {
  if (!("position" in left) || !("position" in right)) return "targetHandle" in left && "targetHandle" in right && left.targetHandle === right.targetHandle;
  return left.position.x === right.position.x && left.position.y === right.position.y && left.width === right.width && left.height === right.height;
}

export const chosenIds = (nodes: readonly string[], notes: readonly string[]): Set<string> => new Set([...nodes, ...notes.map(noteKey)]);
