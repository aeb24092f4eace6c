import { shortType, type Export, type ExportEdge, type ExportNode } from "./export";
import type { Report } from "./report";

/** The graph of an export, with loops as bodies and without what leads back. */
export interface Flow {
  readonly nodes: ReadonlyMap<string, ExportNode>;
  readonly edges: readonly ExportEdge[];
  /** The loop in whose body a node is. */
  readonly parents: ReadonlyMap<string, string>;
  /** What a body begins with. */
  readonly bodies: ReadonlyMap<string, readonly string[]>;
}

export function flowOf(source: Export, trigger: ExportNode | null, report: Report): Flow {
  const nodes = new Map(source.nodes.map((node) => [node.name, node]));
  for (const edge of source.edges) {
    if (edge.sort !== "main") report.add("changed", edge.from, null, `It is attached to “${edge.to}” as ${edge.sort} in n8n; here it stands alone`);
    else if (!nodes.has(edge.from) || !nodes.has(edge.to)) report.add("left", edge.from, null, `An edge leads to “${edge.to}”, and one of the two is not in the export`);
  }
  const known = source.edges.filter((edge) => edge.sort === "main" && nodes.has(edge.from) && nodes.has(edge.to));
  const main = known.filter((edge) => {
    const to = nodes.get(edge.to);
    if (to && edge.to !== trigger?.name && shortType(to) !== "stickyNote") return true;
    report.add("left", edge.from, null, `Its edge to “${edge.to}” leads to nothing that runs`);
    return false;
  });
  const passed = aroundDisabled(nodes, main);
  const { parents, bodies } = loopsOf(nodes, passed, report);
  const level = passed.filter((edge) => parents.get(edge.from) === parents.get(edge.to));
  return { nodes, edges: forward(nodes, level, report), parents, bodies };
}

/** n8n passes what comes to a node that is switched off on to the next. */
function aroundDisabled(nodes: ReadonlyMap<string, ExportNode>, edges: readonly ExportEdge[]): ExportEdge[] {
  const isOff = (name: string): boolean => nodes.get(name)?.disabled === true;
  const onward = (name: string, seen: ReadonlySet<string>): string[] => {
    if (!isOff(name)) return [name];
    if (seen.has(name)) return [];
    return edges.filter((edge) => edge.from === name && edge.output === 0).flatMap((edge) => onward(edge.to, new Set([...seen, name])));
  };
  return edges.filter((edge) => !isOff(edge.from)).flatMap((edge) => onward(edge.to, new Set()).map((to) => ({ ...edge, to })));
}

/** The output of a loop that leads into its body. */
export function bodyOutput(node: ExportNode): number {
  return node.version >= 3 ? 1 : 0;
}

function loopsOf(nodes: ReadonlyMap<string, ExportNode>, edges: readonly ExportEdge[], report: Report): { parents: Map<string, string>; bodies: Map<string, string[]> } {
  const parents = new Map<string, string>();
  const bodies = new Map<string, string[]>();
  const loops = [...nodes.values()].filter((node) => shortType(node) === "splitInBatches" && !node.disabled);
  const found = loops.map((loop) => ({ loop, starts: targets(edges, loop), members: members(edges, loop) }));
  found.sort((left, right) => left.members.size - right.members.size);
  for (const { loop, starts, members } of found) {
    const closed = edges.every((edge) => {
      const [from, to] = [members.has(edge.from), members.has(edge.to)];
      if (from) return to || edge.to === loop.name;
      return !to || edge.from === loop.name;
    });
    if (!members.size || !closed || members.has(loop.name)) {
      report.add("changed", loop.name, null, "Its body has ways in or out: what leads back to it is not taken over");
      continue;
    }
    bodies.set(loop.name, starts);
    for (const member of members) if (!parents.has(member)) parents.set(member, loop.name);
  }
  return { parents, bodies };
}

function targets(edges: readonly ExportEdge[], loop: ExportNode): string[] {
  return [...new Set(edges.filter((edge) => edge.from === loop.name && edge.output === bodyOutput(loop) && edge.to !== loop.name).map((edge) => edge.to))];
}

function members(edges: readonly ExportEdge[], loop: ExportNode): Set<string> {
  const open = targets(edges, loop);
  const found = new Set(open);
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    for (const edge of edges) {
      if (edge.from !== here || edge.to === loop.name || found.has(edge.to)) continue;
      found.add(edge.to);
      open.push(edge.to);
    }
  }
  return found;
}

/** Without the edges that close a circle. */
function forward(nodes: ReadonlyMap<string, ExportNode>, edges: readonly ExportEdge[], report: Report): ExportEdge[] {
  const state = new Map<string, "open" | "done">();
  const back = new Set<ExportEdge>();
  const visit = (name: string): void => {
    state.set(name, "open");
    for (const edge of edges) {
      if (edge.from !== name) continue;
      if (state.get(edge.to) === "open") back.add(edge);
      else if (!state.has(edge.to)) visit(edge.to);
    }
    state.set(name, "done");
  };
  for (const name of nodes.keys()) if (!state.has(name)) visit(name);
  for (const edge of back) report.add("changed", edge.from, null, `The edge back to “${edge.to}” is not taken over: a workflow goes forward. Use retry, a for-each or a wait`);
  return edges.filter((edge) => !back.has(edge));
}
