import { entry, isList, isMap, type Json, type JsonMap, without } from "../../text/value";

/** A node of an n8n export, as far as the import reads it. */
export interface ExportNode {
  readonly name: string;
  /** `n8n-nodes-base.httpRequest`. */
  readonly type: string;
  readonly version: number;
  readonly parameters: JsonMap;
  readonly position: { readonly x: number; readonly y: number } | null;
  readonly disabled: boolean;
  /** All of it, as it was exported. */
  readonly original: JsonMap;
}

/** An edge of an export. */
export interface ExportEdge {
  readonly from: string;
  /** `main`, or the sort of a sub-node such as `ai_tool`. */
  readonly sort: string;
  readonly output: number;
  readonly to: string;
}

export interface Export {
  readonly name: string;
  readonly nodes: readonly ExportNode[];
  readonly edges: readonly ExportEdge[];
  /** What stands beside nodes and connections. */
  readonly rest: JsonMap;
}

export type ReadExport = { readonly ok: true; readonly export: Export } | { readonly ok: false; readonly reason: string };

/** Reads an export: a file, the first workflow of a list, or what n8n puts into the clipboard. */
export function readExport(text: string): ReadExport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: "This is not JSON" };
  }
  if (isList(value) && value.length !== 1) {
    return { ok: false, reason: value.length ? `This file holds ${value.length} workflows: export them one by one` : "This file is empty" };
  }
  const workflow = isList(value) ? value[0] : value;
  const nodes = entry(workflow, "nodes");
  if (!isMap(workflow) || !isList(nodes)) return { ok: false, reason: "This is not an export of n8n: there are no nodes in it" };
  const { name, connections } = workflow;
  const rest = without(workflow, "name", "nodes", "connections");
  const read = withOwnNames(nodes.flatMap((node, index) => (isMap(node) ? [readNode(node, index)] : [])));
  return { ok: true, export: { name: typeof name === "string" && name ? name : "Imported workflow", nodes: read, edges: readEdges(connections), rest } };
}

/** n8n gives each node a name of its own; a file that was put together by hand may not. */
function withOwnNames(nodes: readonly ExportNode[]): ExportNode[] {
  const seen = new Map<string, number>();
  return nodes.map((node) => {
    const count = (seen.get(node.name) ?? 0) + 1;
    seen.set(node.name, count);
    return count === 1 ? node : { ...node, name: `${node.name} (${count})` };
  });
}

function readNode(node: JsonMap, index: number): ExportNode {
  const position = node["position"];
  const [x, y] = isList(position) ? position : [];
  return {
    name: typeof node["name"] === "string" ? node["name"] : `Node ${index + 1}`,
    type: typeof node["type"] === "string" ? node["type"] : "unknown",
    version: typeof node["typeVersion"] === "number" ? node["typeVersion"] : 1,
    parameters: isMap(node["parameters"]) ? node["parameters"] : {},
    position: typeof x === "number" && typeof y === "number" ? { x, y } : null,
    disabled: node["disabled"] === true,
    original: node,
  };
}

function readEdges(connections: Json | undefined): ExportEdge[] {
  if (!isMap(connections)) return [];
  return Object.entries(connections).flatMap(([from, sorts]) =>
    Object.entries(isMap(sorts) ? sorts : {}).flatMap(([sort, outputs]) =>
      (isList(outputs) ? outputs : []).flatMap((targets, output) =>
        (isList(targets) ? targets : []).flatMap((target) => {
          const to = entry(target, "node");
          return typeof to === "string" ? [{ from, sort, output, to }] : [];
        }),
      ),
    ),
  );
}

/** The type without its package: `httpRequest`. */
export function shortType(node: ExportNode): string {
  return node.type.slice(node.type.lastIndexOf(".") + 1);
}
