import type { NodeKind } from "../node";
import { isList, isMap, type Json, type JsonMap } from "../text/value";

/** What a new node says before anybody wrote in it: something that can be read, and changes nothing. */
const BLANK: Readonly<Record<Exclude<NodeKind, "unknown">, JsonMap>> = {
  action: { action: "" },
  set: { set: {} },
  switch: { switch: [{ when: "{{ true }}" }, { else: true }] },
  for_each: { for_each: "{{ [] }}", do: [] },
  join: { join: "all" },
  wait: { wait: { for: "1h" } },
  call: { call: "" },
  code: { code: "return input;\n" },
  respond: { respond: { status: 200 } },
  raise: { raise: { reason: "needs_judgement" } },
  ask: { ask: { question: "", form: [{ field: "answer", type: "text" }] } },
  end: { end: true },
};

const TITLES: Readonly<Record<NodeKind, string>> = {
  action: "step",
  set: "set",
  switch: "check",
  for_each: "each",
  join: "join",
  wait: "wait",
  call: "call",
  code: "code",
  respond: "respond",
  raise: "exception",
  ask: "ask",
  end: "end",
  unknown: "step",
};

export function blankNode(kind: NodeKind): JsonMap {
  return kind === "unknown" ? {} : BLANK[kind];
}

/** What the id of a new node is made of, where it has no title yet. */
export function wishFor(kind: NodeKind, fields: JsonMap): string {
  const action = fields["action"];
  if (typeof fields["title"] === "string") return fields["title"];
  if (typeof action === "string" && action.includes(".")) return action.slice(action.indexOf(".") + 1);
  return TITLES[kind];
}

/** Nothing can follow these. */
export function endsBranch(kind: NodeKind): boolean {
  return kind === "end";
}

/** The node with followers where its kind has them: a switch sends them on by its first case. */
export function withFollowers(node: JsonMap, kind: NodeKind, ids: readonly string[]): JsonMap {
  if (!ids.length || endsBranch(kind)) return node;
  const next: Json = ids.length === 1 ? (ids[0] ?? null) : ids;
  const cases = node["switch"];
  if (kind !== "switch" || !isList(cases)) return { ...node, next };
  return { ...node, switch: cases.map((one: Json, index) => (index === 0 && isMap(one) ? { ...one, next } : one)) };
}
