import { withField, type WorkflowDocument } from "../document";
import { PLACEHOLDER } from "../import/placeholder";
import { kindOf, NODE_KINDS, targetsOf, type NodeKind } from "../node";
import { definedKeys, entry, isList, isMap, type Json, type JsonMap, without } from "../text/value";
import { blankNode, endsBranch } from "./blank";
import { findNode, noSuchNode } from "./list";
import { done, refused, type Outcome } from "./outcome";
import { nameOf } from "./retarget";

export interface ChangeKind {
  readonly key: string;
  readonly kind: Exclude<NodeKind, "unknown">;
  readonly fields?: JsonMap;
}

/** Keys that belong to some kinds only, beside the one that names the kind. */
const OWN: Readonly<Record<string, readonly NodeKind[]>> = {
  connection: ["action"],
  with: ["action", "call"],
  retry: ["action", "code"],
  timeout: ["action", "code"],
  input: ["code"],
  match: ["switch"],
  do: ["for_each"],
  parallel: ["for_each"],
  succeed: ["for_each"],
};

/** Makes a node of another kind of it: id, title, owner, due and its place among the others stay. */
export function changeKind(document: WorkflowDocument, { key, kind, fields = {} }: ChangeKind): Outcome {
  const found = findNode(document, key);
  if (!found) return noSuchNode(key);
  if (!isMap(found.node)) return refused("This is not a step");
  const before = kindOf(found.node);
  if (before === kind && !Object.keys(fields).length) return done(document, "Change the kind");
  const kept = keptFields(found.node, kind);
  const { node, dropped } = withEdges({ ...kept, ...(before === kind ? {} : blankNode(kind)), ...fields }, found.node, kind);
  const notice = dropped > 0 ? `${dropped} ${dropped === 1 ? "edge" : "edges"} could not be kept` : undefined;
  const next = withField(document, found.path, node);
  return done(next, `Change the kind of “${nameOf(found.node)}”`, notice === undefined ? {} : { notice });
}

function keptFields(node: JsonMap, kind: NodeKind): JsonMap {
  const names: readonly string[] = NODE_KINDS;
  const keys = definedKeys(node).filter((key) => {
    if (names.includes(key)) return key === kind;
    // What an import could not map stands there until a person has chosen a kind.
    if (key === PLACEHOLDER) return false;
    return OWN[key]?.includes(kind) ?? true;
  });
  return Object.fromEntries(keys.map((key) => [key, node[key]]));
}

/** What followed before follows again, as far as the kind can lead there. */
function withEdges(node: JsonMap, before: JsonMap, kind: NodeKind): { node: JsonMap; dropped: number } {
  const wasSwitch = kindOf(before) === "switch";
  const ways = targetsOf(before);
  const normal = [...new Set(ways.filter((way) => way.port !== "exception").map((way) => way.to))];
  if (wasSwitch && kind === "switch") return { node, dropped: 0 };
  if (endsBranch(kind)) {
    return { node: without(node, "next", "on_exception"), dropped: ways.length };
  }
  const rest = without(node, "next");
  const own = ways.filter((way) => way.port === "next").map((way) => way.to);
  const main = own.length && !wasSwitch ? own : normal.slice(0, 1);
  const next: Json | undefined = main.length > 1 ? main : main[0];
  const dropped = normal.length - main.length;
  if (next === undefined) return { node: rest, dropped };
  if (kind !== "switch") return { node: { ...rest, next }, dropped };
  const cases = entry(rest, "switch");
  const led = isList(cases) ? cases.map((one) => (isMap(one) && one["else"] !== undefined ? { ...one, next } : one)) : [];
  return { node: { ...rest, switch: led }, dropped };
}
