import { Position as Side, type Edge, type Node, type NodeHandle } from "@xyflow/react";

import { fieldAt, type WorkflowDocument } from "../model/document";
import type { Catalog } from "../model/catalog";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { graphOf, type GraphEdge, type GraphNode } from "../model/graph/graph";
import { groupsOf, type Group } from "../model/layout/groups";
import { notesOf, type Note } from "../model/layout/notes";
import type { Position } from "../model/layout/positions";
import { NODE_SIZE } from "../model/layout/sizes";
import { bodyOf } from "../model/node";
import { nodeIndex } from "../model/node-index";
import type { Json } from "../model/text/value";
import { arrivalOf } from "./arrival";
import { drawnPorts, edgesBySource, type DrawnPort } from "./ports";
import { frameSizes, type Size } from "./sizes";

export interface StepData extends Record<string, unknown> {
  readonly node: GraphNode;
  readonly value: Json;
  readonly ports: readonly DrawnPort[];
  /** The run ends here. */
  readonly ends: boolean;
}
export type StepNode = Node<StepData, "step">;
export type NoteNode = Node<{ readonly note: Note } & Record<string, unknown>, "note">;
export type GroupNode = Node<{ readonly group: Group } & Record<string, unknown>, "group">;
export type FlowNode = StepNode | NoteNode | GroupNode;

export interface WayData extends Record<string, unknown> {
  readonly edge: GraphEdge;
  readonly gate: GraphNode["gate"];
}
export type FlowEdge = Edge<WayData, "way">;

export interface Flow {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
}

const HANDLE = 8;
const isFrame = (value: Json): boolean => bodyOf(value).length > 0;

/** Ids of notes and groups on the canvas, apart from those of the nodes. */
export const noteKey = (id: string): string => `note:${id}`;
export const groupKey = (id: string): string => `group:${id}`;

export function flowOf(document: WorkflowDocument, catalog: Catalog, places: ReadonlyMap<string, Position>): Flow {
  const graph = graphOf(document, catalog);
  const index = nodeIndex(document);
  const sizes = frameSizes(index, places);
  const bySource = edgesBySource(graph);
  const trigger = fieldAt(document, ["trigger"]) ?? null;
  const steps = graph.nodes.map((node): StepNode => {
    const value = node.key === TRIGGER_KEY ? trigger : (index.byKey.get(node.key)?.node ?? null);
    const size = sizes.get(node.key) ?? NODE_SIZE;
    const yOf = (key: string): number => places.get(key)?.y ?? 0;
    return stepNode(node, value, bySource.get(node.key) ?? [], places.get(node.key) ?? { x: 0, y: 0 }, { ...size, yOf });
  });
  const byKey = new Map(steps.map((step) => [step.id, step]));
  const edges = graph.edges.flatMap((edge) => wayOf(edge, byKey) ?? []);
  return { nodes: [...groupsOf(document).flatMap((group) => groupNode(group, byKey) ?? []), ...notesOf(document).map(noteNode), ...steps], edges };
}

function stepNode(node: GraphNode, value: Json, edges: readonly GraphEdge[], position: Position, size: Size & { readonly yOf: (key: string) => number }): StepNode {
  const frame = isFrame(value);
  const ports = drawnPorts(node, value, edges, frame ? size : { ...NODE_SIZE, yOf: size.yOf });
  const ends = node.key !== TRIGGER_KEY && node.line === "main" && !edges.some((edge) => edge.side === "normal");
  return {
    id: node.key,
    type: "step",
    position,
    data: { node, value, ports, ends },
    width: size.width,
    height: size.height,
    handles: handlesOf(ports, size),
    // Cards above the frames they stand in, frames in the order of the text.
    ...(node.parent === null ? {} : { parentId: node.parent, extent: "parent" as const, expandParent: false }),
    zIndex: frame ? 0 : 2,
    connectable: true,
    deletable: node.key !== TRIGGER_KEY,
  };
}

function handlesOf(ports: readonly DrawnPort[], size: Size): NodeHandle[] {
  const small = { width: HANDLE, height: HANDLE };
  const arrive = (id: string, position: Side, x: number, y: number): NodeHandle => ({ id, type: "target", position, x: x - HANDLE / 2, y: y - HANDLE / 2, ...small });
  return [
    arrive("in", Side.Left, 0, size.height / 2),
    arrive("top", Side.Top, Math.min(size.width / 2, NODE_SIZE.width / 2), 0),
    arrive("low", Side.Bottom, 40, size.height),
    ...ports.map((port): NodeHandle => ({ id: port.name, type: "source", position: port.side === "right" ? Side.Right : Side.Bottom, x: port.x - HANDLE / 2, y: port.y - HANDLE / 2, ...small })),
  ];
}

function wayOf(edge: GraphEdge, byKey: ReadonlyMap<string, StepNode>): FlowEdge | null {
  const [from, to] = [byKey.get(edge.from), edge.to === null ? undefined : byKey.get(edge.to)];
  if (!from || !to) return null;
  return {
    id: edge.key,
    type: "way",
    source: edge.from,
    target: to.id,
    sourceHandle: edge.port,
    targetHandle: arrivalOf(edge, { at: from.position, ports: from.data.ports }, to.position),
    data: { edge, gate: to.data.node.gate },
    deletable: edge.kind !== "start",
    zIndex: 1,
  };
}

const PAD = { side: 16, top: 28, bottom: 16 };

function groupNode(group: Group, byKey: ReadonlyMap<string, StepNode>): GroupNode | null {
  const members = group.nodes.flatMap((id) => byKey.get(id) ?? []).filter((step) => step.parentId === undefined);
  if (!members.length) return null;
  const left = Math.min(...members.map((step) => step.position.x)) - PAD.side;
  const top = Math.min(...members.map((step) => step.position.y)) - PAD.top;
  const right = Math.max(...members.map((step) => step.position.x + (step.width ?? 0))) + PAD.side;
  const low = Math.max(...members.map((step) => step.position.y + (step.height ?? 0))) + PAD.bottom;
  return { id: groupKey(group.id), type: "group", position: { x: left, y: top }, data: { group }, width: right - left, height: low - top, zIndex: -1, draggable: false, connectable: false };
}

function noteNode(note: Note): NoteNode {
  return { id: noteKey(note.id), type: "note", position: { x: note.x, y: note.y }, data: { note }, width: note.width, height: note.height, zIndex: 0, connectable: false };
}
