import type { Path } from "../text/value";

/** The keys of a workflow in the order in which they are written. */
export const WORKFLOW_KEYS: readonly string[] = [
  "workflow", "title", "description", "owner", "source", "trigger", "keys", "vars", "input", "output", "nodes", "exceptions", "log", "review",
  "approvals", "notes", "layout",
];

/** The keys of a node: what it is, what it does, who answers, where it leads. */
export const NODE_KEYS: readonly string[] = [
  "id", "title", "action", "call", "set", "switch", "match", "for_each", "do", "parallel", "succeed", "join", "wait", "code", "respond", "raise",
  "ask", "end", "connection", "with", "input", "retry", "timeout", "owner", "due", "next", "on_exception",
];

const INNER: Readonly<Record<string, readonly string[]>> = {
  trigger: ["id", "on", "connection", "with", "dedupe"],
  exceptions: ["owner", "backup", "due"],
  log: ["retention", "redact"],
  review: ["stage", "tolerated_error", "until", "bands"],
  retry: ["attempts", "over"],
  wait: ["for", "until", "business", "event", "key", "timeout", "on_timeout"],
  respond: ["status", "headers", "body"],
  raise: ["reason", "sentence", "money", "owner", "due", "updates_after", "retry_from", "severity", "customer_visible", "tags"],
  ask: ["question", "form", "owner", "due", "on_expired"],
  end: ["status", "output"],
};

/** The order of the keys beside the last step of a path. */
export function orderAt(path: Path): readonly string[] {
  if (path.length <= 1) return WORKFLOW_KEYS;
  const around = path.at(-2);
  if (typeof around === "number") return ["when", "else", ...NODE_KEYS];
  return INNER[around ?? ""] ?? [];
}
