import { kindOf, targetsOf, type EdgeKind } from "../node";
import { resolve, type NodeEntry, type NodeIndex } from "../node-index";

/** Where a node stands: on the centre line, on a normal branch beside it, or on an exception path below it. */
export type Line = "main" | "side" | "exception";

/** An edge of one list of nodes, with both ends known. */
interface Step {
  readonly to: NodeEntry;
  readonly kind: EdgeKind;
}

/** Edges that leave the normal path, whatever they lead to. */
export function leavesNormalPath(kind: EdgeKind): boolean {
  return kind === "exception" || kind === "timeout" || kind === "expired";
}

/** The line of each node of a list. */
export function linesOf(index: NodeIndex, parent: string | null): Map<string, Line> {
  const level = index.levels.get(parent) ?? [];
  const steps = new Map(level.map((entry) => [entry.key, stepsOf(index, entry)]));
  const doomed = endsInException(level, steps);
  const [first] = level;
  const normal = first ? normalSteps(first, steps, doomed) : new Map<string, NodeEntry[]>();
  const lines = new Map<string, Line>();
  const exceptional = reachedByException(level, steps, normal);
  for (const { key, node } of level) {
    const raises = kindOf(node) === "raise";
    lines.set(key, normal.has(key) && !raises ? "side" : raises || exceptional.has(key) ? "exception" : "side");
  }
  for (const key of longest(first, normal)) lines.set(key, "main");
  return lines;
}

function stepsOf(index: NodeIndex, entry: NodeEntry): Step[] {
  return targetsOf(entry.node).flatMap(({ to, kind }) => {
    const target = resolve(index, entry.parent, to);
    return target ? [{ to: target, kind }] : [];
  });
}

/** Nodes from which every normal way ends in a raise. */
function endsInException(level: readonly NodeEntry[], steps: ReadonlyMap<string, readonly Step[]>): Set<string> {
  const doomed = new Set(level.filter(({ node }) => kindOf(node) === "raise").map(({ key }) => key));
  const sources = new Map<string, NodeEntry[]>();
  for (const entry of level) {
    for (const { to } of steps.get(entry.key) ?? []) {
      const known = sources.get(to.key);
      if (known) known.push(entry);
      else sources.set(to.key, [entry]);
    }
  }
  const open = [...doomed];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    for (const source of sources.get(key) ?? []) {
      const ways = (steps.get(source.key) ?? []).filter(({ kind }) => !leavesNormalPath(kind));
      if (doomed.has(source.key) || !ways.length || !ways.every(({ to }) => doomed.has(to.key))) continue;
      doomed.add(source.key);
      open.push(source.key);
    }
  }
  return doomed;
}

/** What is reached from the first node without an exception, and the ways there. */
function normalSteps(first: NodeEntry, steps: ReadonlyMap<string, readonly Step[]>, doomed: ReadonlySet<string>): Map<string, NodeEntry[]> {
  const found = new Map<string, NodeEntry[]>();
  const open = [first];
  for (let entry = open.pop(); entry; entry = open.pop()) {
    if (found.has(entry.key)) continue;
    const ways = (steps.get(entry.key) ?? []).filter(({ kind }) => !leavesNormalPath(kind));
    // Where one way goes well, the others that can only end in an exception have left the normal path.
    const choice = kindOf(entry.node) === "switch" && ways.some(({ to }) => !doomed.has(to.key));
    const next = ways.filter(({ to }) => (choice ? !doomed.has(to.key) : kindOf(to.node) !== "raise")).map(({ to }) => to);
    found.set(entry.key, next);
    open.push(...next);
  }
  return found;
}

function reachedByException(level: readonly NodeEntry[], steps: ReadonlyMap<string, readonly Step[]>, normal: ReadonlyMap<string, unknown>): Set<string> {
  const found = new Set<string>();
  const open = level.filter(({ key }) => normal.has(key));
  const seen = new Set(open.map(({ key }) => key));
  for (let entry = open.pop(); entry; entry = open.pop()) {
    for (const { to } of steps.get(entry.key) ?? []) {
      if (normal.has(to.key) || seen.has(to.key)) continue;
      seen.add(to.key);
      found.add(to.key);
      open.push(to);
    }
  }
  return found;
}

/** The longest normal way: the centre line. Of several the one that is written first. */
function longest(first: NodeEntry | undefined, normal: ReadonlyMap<string, readonly NodeEntry[]>): string[] {
  if (!first || !normal.has(first.key)) return [];
  const { order, closed } = postOrder(first, normal);
  const best = new Map<string, { length: number; next: string | null }>();
  for (const key of order) {
    let found: { length: number; next: string | null } = { length: 1, next: null };
    for (const { key: to } of normal.get(key) ?? []) {
      const way = closed.has(`${key} ${to}`) ? undefined : best.get(to);
      if (way && way.length + 1 > found.length) found = { length: way.length + 1, next: to };
    }
    best.set(key, found);
  }
  const line: string[] = [];
  for (let key: string | null = first.key; key !== null; key = best.get(key)?.next ?? null) line.push(key);
  return line;
}

/** Every node behind those it leads to, and the edges that close a circle. */
function postOrder(first: NodeEntry, normal: ReadonlyMap<string, readonly NodeEntry[]>): { order: string[]; closed: Set<string> } {
  const order: string[] = [];
  const closed = new Set<string>();
  const state = new Map<string, "open" | "done">([[first.key, "open"]]);
  const stack = [{ key: first.key, at: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = normal.get(top.key)?.[top.at];
    top.at += 1;
    if (!next) {
      state.set(top.key, "done");
      order.push(top.key);
      stack.pop();
    } else if (state.get(next.key) === "open") {
      closed.add(`${top.key} ${next.key}`);
    } else if (!state.has(next.key)) {
      state.set(next.key, "open");
      stack.push({ key: next.key, at: 0 });
    }
  }
  return { order, closed };
}
