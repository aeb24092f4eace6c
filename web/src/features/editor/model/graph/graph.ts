import { EMPTY_CATALOG, type Catalog } from "../catalog";
import { fieldAt, type WorkflowDocument } from "../document";
import { positionsOf, type Position } from "../layout/positions";
import { kindOf, summaryOf, targetsOf, type EdgeKind, type NodeKind } from "../node";
import { nodeIndex, resolve, triggerId, type NodeEntry, type NodeIndex } from "../node-index";
import { asText, entry, type Path } from "../text/value";
import { answersOf, type Answers } from "./answers";
import { edgeKey, TRIGGER_KEY } from "./edge-key";
import { gateOf, reviewGate, type Gate } from "./gate";
import { leavesNormalPath, linesOf, type Line } from "./lines";
import { sharedEdges, sharedNode } from "./share";

/** A node as the canvas draws it. */
export interface GraphNode {
  readonly key: string;
  readonly id: string | null;
  readonly kind: NodeKind | "trigger";
  readonly title: string;
  readonly summary: string;
  readonly line: Line;
  /** The for-each in whose body it stands. */
  readonly parent: string | null;
  readonly path: Path;
  /** Drawn on the line before the node: what it writes must pass there. */
  readonly gate: Gate | null;
  readonly answers: Answers;
  readonly position: Position | null;
}

/** An edge as the canvas draws it. */
export interface GraphEdge {
  readonly key: string;
  readonly from: string;
  /** Nothing where the id that is named is not there. */
  readonly to: string | null;
  readonly target: string;
  readonly kind: EdgeKind;
  readonly port: string;
  readonly label: string;
  /** Solid along the normal path, or dashed and downward. */
  readonly side: "normal" | "exception";
  /** Both ends are on the centre line. */
  readonly main: boolean;
  /** Leads from an exception path back to the normal one. */
  readonly returns: boolean;
  /** Where the target is written. */
  readonly path: Path;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

const graphs = new WeakMap<Catalog, WeakMap<object, Graph>>();

/** The document as nodes and edges. */
export function graphOf(document: WorkflowDocument, catalog: Catalog = EMPTY_CATALOG): Graph {
  const known = graphs.get(catalog) ?? new WeakMap<object, Graph>();
  graphs.set(catalog, known);
  const before = known.get(document.root);
  if (before) return before;
  const graph = build(document, catalog);
  known.set(document.root, graph);
  return graph;
}

function build(document: WorkflowDocument, catalog: Catalog): Graph {
  const index = nodeIndex(document);
  const lines = new Map<string, Line>();
  for (const parent of index.levels.keys()) for (const [key, line] of linesOf(index, parent)) lines.set(key, line);
  const gate = reviewGate(document);
  const policy = fieldAt(document, ["exceptions"]);
  const positions = positionsOf(document);
  const nodes = index.entries.map((found): GraphNode => {
    const { key, id, node, path, parent } = found;
    return sharedNode(node, {
      key,
      id,
      kind: kindOf(node),
      title: asText(entry(node, "title")) ?? id ?? "Without an id",
      summary: summaryOf(node),
      line: lines.get(key) ?? "side",
      parent,
      path,
      gate: gateOf(gate, node, catalog),
      answers: answersOf(policy, node),
      position: positions.get(id ?? "") ?? null,
    });
  });
  const edges = index.entries.flatMap((found) => sharedEdges(found.node, edgesOf(index, found, lines)));
  const start = startEdge(index);
  return { nodes: [triggerNode(document, positions), ...nodes], edges: start ? [start, ...edges] : edges };
}

function edgesOf(index: NodeIndex, from: NodeEntry, lines: ReadonlyMap<string, Line>): GraphEdge[] {
  return targetsOf(from.node).map((target, number): GraphEdge => {
    const to = resolve(index, from.parent, target.to);
    const [start, end] = [lines.get(from.key), to ? lines.get(to.key) : undefined];
    const exceptional = leavesNormalPath(target.kind) || start === "exception" || end === "exception";
    return {
      key: edgeKey(from.key, target.port, number),
      from: from.key,
      to: to?.key ?? null,
      target: target.to,
      kind: target.kind,
      port: target.port,
      label: target.label,
      side: exceptional ? "exception" : "normal",
      main: !exceptional && start === "main" && end === "main",
      returns: start === "exception" && end !== undefined && end !== "exception",
      path: [...from.path, ...target.path],
    };
  });
}

function startEdge(index: NodeIndex): GraphEdge | null {
  const first = index.levels.get(null)?.[0];
  if (!first) return null;
  const base = { key: edgeKey(TRIGGER_KEY, "next", 0), from: TRIGGER_KEY, to: first.key, target: first.id ?? "", kind: "start", port: "next" } as const;
  return { ...base, label: "", side: "normal", main: true, returns: false, path: ["nodes", 0] };
}

function triggerNode(document: WorkflowDocument, positions: ReadonlyMap<string, Position>): GraphNode {
  const id = triggerId(document);
  const on = asText(entry(fieldAt(document, ["trigger"]), "on")) ?? "";
  return {
    key: TRIGGER_KEY,
    id,
    kind: "trigger",
    title: on || "No trigger yet",
    summary: on,
    line: "main",
    parent: null,
    path: ["trigger"],
    gate: null,
    answers: answersOf(fieldAt(document, ["exceptions"]), null),
    position: positions.get(id ?? "") ?? null,
  };
}
