import type { EngineGraph, EngineNode, LayoutEngine } from "./engine";

/**
 * A layout engine of a few lines: each node stands one column behind the last that leads to it, those of a column in the
 * order of the text. Good enough to open a text in which nothing was put anywhere; tidying by hand asks for a better one.
 */
export const QUICK_ENGINE: LayoutEngine = {
  layout: (graph) => Promise.resolve({ children: placed(graph) }),
};

function placed({ children = [], edges = [] }: EngineGraph): EngineNode[] {
  const sources = new Map<string, string[]>();
  for (const { sources: [from], targets: [to] } of edges) {
    if (from === undefined || to === undefined) continue;
    const known = sources.get(to);
    if (known) known.push(from);
    else sources.set(to, [from]);
  }
  const columns = new Map<string, number>();
  const open = new Set<string>();
  const columnOf = (id: string): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    // A circle is an error of the text, and no reason not to draw it.
    if (open.has(id)) return 0;
    open.add(id);
    const column = (sources.get(id) ?? []).reduce((most, from) => Math.max(most, columnOf(from) + 1), 0);
    open.delete(id);
    columns.set(id, column);
    return column;
  };
  // In the order of the text: what leads to a node mostly stands before it, so that nothing is asked deeply.
  return children.map(({ id }, rank) => ({ id, x: columnOf(id) * 200, y: rank * 60 }));
}
