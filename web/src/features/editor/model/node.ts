import { asText, entry, isList, isMap, type Json, type JsonMap, type Path, shown } from "./text/value";

/** What a node does; `unknown` is one that this editor does not know: it is shown and kept as it is. */
export type NodeKind = (typeof NODE_KINDS)[number] | "unknown";

export const NODE_KINDS = ["action", "set", "switch", "for_each", "join", "wait", "call", "code", "respond", "raise", "ask", "end"] as const;

/** Why an edge is there. */
export type EdgeKind = "next" | "case" | "else" | "exception" | "timeout" | "expired" | "start";

/** One place in a node that names another node. */
export interface Target {
  /** The id that is named. */
  readonly to: string;
  readonly kind: EdgeKind;
  /** The port on the node: `next`, `case:0`, `else`, `exception`, `timeout`, `expired`. */
  readonly port: string;
  /** What stands on the edge: the condition of a case. */
  readonly label: string;
  /** Where it is written, below the node. */
  readonly path: Path;
}

export function kindOf(node: unknown): NodeKind {
  return NODE_KINDS.find((kind) => entry(node, kind) !== undefined) ?? "unknown";
}

export function idOf(node: unknown): string | null {
  const id = asText(entry(node, "id"));
  return id === undefined || id === "" ? null : id;
}

/** The nodes of a for-each's body. */
export function bodyOf(node: unknown): readonly Json[] {
  const body = entry(node, "do");
  return isList(body) && kindOf(node) === "for_each" ? body : [];
}

const targets = new WeakMap<object, readonly Target[]>();

/** All nodes that a node names as followers, whatever the port. */
export function targetsOf(node: Json): readonly Target[] {
  if (!isMap(node)) return [];
  const known = targets.get(node);
  if (known) return known;
  const found = readTargets(node);
  targets.set(node, found);
  return found;
}

function readTargets(node: JsonMap): Target[] {
  const found: Target[] = [];
  const add = (value: unknown, kind: EdgeKind, port: string, path: Path, label = ""): void => {
    if (typeof value === "string" && value !== "") found.push({ to: value, kind, port, path, label });
    else if (isList(value)) value.forEach((item, index) => add(item, kind, port, [...path, index], label));
  };
  add(node["next"], "next", "next", ["next"], node["switch"] === undefined ? "" : "no case matched");
  const cases = node["switch"];
  if (isList(cases)) {
    cases.forEach((one, index) => {
      const isElse = entry(one, "else") !== undefined;
      const label = isElse ? "else" : shown(entry(one, "when"));
      add(entry(one, "next"), isElse ? "else" : "case", casePort(one, index), ["switch", index, "next"], label);
    });
  }
  add(entry(node["wait"], "on_timeout"), "timeout", "timeout", ["wait", "on_timeout"], "timed out");
  add(entry(node["ask"], "on_expired"), "expired", "expired", ["ask", "on_expired"], "not answered");
  add(node["on_exception"], "exception", "exception", ["on_exception"], "exception");
  return found;
}

function casePort(one: Json, index: number): string {
  return entry(one, "else") === undefined ? `case:${index}` : "else";
}

/** A port of a node: where edges leave it. */
export interface Port {
  readonly name: string;
  readonly kind: EdgeKind;
  readonly label: string;
  /** Where its targets are written, below the node. */
  readonly path: Path;
}

const EXCEPTION: Port = { name: "exception", kind: "exception", label: "exception", path: ["on_exception"] };
const NEXT: Port = { name: "next", kind: "next", label: "", path: ["next"] };

/** The ports that a node has, in the order in which they are drawn. */
export function portsOf(node: Json): readonly Port[] {
  const kind = kindOf(node);
  if (kind === "end") return [];
  if (kind === "raise") return [NEXT];
  const ports: Port[] = [];
  const cases = entry(node, "switch");
  if (kind === "switch" && isList(cases)) {
    cases.forEach((one, index) => {
      const isElse = entry(one, "else") !== undefined;
      const label = isElse ? "else" : shown(entry(one, "when"));
      ports.push({ name: casePort(one, index), kind: isElse ? "else" : "case", label, path: ["switch", index, "next"] });
    });
    if (!cases.some((one) => entry(one, "else") !== undefined)) ports.push({ ...NEXT, label: "no case matched" });
  } else {
    ports.push(NEXT);
  }
  if (entry(entry(node, "wait"), "event") !== undefined) {
    ports.push({ name: "timeout", kind: "timeout", label: "timed out", path: ["wait", "on_timeout"] });
  }
  if (kind === "ask") ports.push({ name: "expired", kind: "expired", label: "not answered", path: ["ask", "on_expired"] });
  return [...ports, EXCEPTION];
}

/** Can the step fail by what is outside of the workflow, so that its exceptions need somebody? */
export function canFail(node: Json): boolean {
  const kind = kindOf(node);
  if (kind === "wait") return entry(entry(node, "wait"), "event") !== undefined;
  return kind === "action" || kind === "call" || kind === "code" || kind === "for_each" || kind === "unknown";
}

/** What a node does, in a few words. */
export function summaryOf(node: Json): string {
  const kind = kindOf(node);
  const value = entry(node, kind);
  switch (kind) {
    case "action":
    case "call":
    case "for_each":
      return asText(value) ?? "";
    case "switch":
      return switchSummary(value, entry(node, "match") === "all");
    case "set":
      return isMap(value) ? Object.keys(value).join(", ") : (asText(value) ?? "");
    case "join":
      return value === "any" || value === "all" ? `${value} branches` : `${shown(value)} branches`;
    case "wait":
      return waitSummary(value);
    case "raise":
      return asText(entry(value, "reason")) ?? "";
    case "ask":
      return asText(entry(value, "question")) ?? "";
    case "respond":
      return `status ${shown(entry(value, "status"), "200")}`;
    case "end":
      return asText(entry(value, "status")) ?? "succeeded";
    case "code":
      return (asText(value) ?? "").trim().split("\n")[0] ?? "";
    case "unknown":
      return isMap(node) ? Object.keys(node).filter((key) => key !== "id" && key !== "title").join(", ") : "not a node";
  }
}

/** The first condition: what the rule asks. */
function switchSummary(cases: Json | undefined, all: boolean): string {
  const list = isList(cases) ? cases : [];
  const first = shown(entry(list[0], "when")).replace(/^\s*\{\{\s*|\s*\}\}\s*$/g, "").replaceAll("steps.", "");
  const count = list.filter((one) => entry(one, "when") !== undefined).length;
  if (count === 1 && !all) return first;
  return `${count} conditions${all ? ", all that match" : ""}`;
}

function waitSummary(wait: Json | undefined): string {
  const text = (key: string): string => shown(entry(wait, key));
  if (entry(wait, "event") !== undefined) return `for ${text("event")}`;
  if (entry(wait, "until") !== undefined) return `until ${text("until")}`;
  return text("for") || text("business");
}
