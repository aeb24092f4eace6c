import { targetsOf } from "./node";
import { asText, eachText, entry, isMap, type Json, type Path } from "./text/value";

/** A step that an expression reads, and where its id stands in the text. */
export interface StepReference {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

const READS = /(['"])(?:\\.|(?!\1)[^\\])*\1|(?<![\w.])steps\s*(?:\.\s*(\w+)|\[\s*(['"])(\w+)\3\s*\])/dg;

/** The steps that a text reads. The braces of a condition may be missing. */
export function stepReferences(text: string, isCondition = false): StepReference[] {
  if (!text.includes("steps")) return [];
  const found: StepReference[] = [];
  for (const [from, to] of expressions(text, isCondition)) {
    for (const match of text.slice(from, to).matchAll(READS)) {
      const place = match.indices?.[2] ?? match.indices?.[4];
      if (place) found.push({ id: match[2] ?? match[4] ?? "", from: from + place[0], to: from + place[1] });
    }
  }
  return found;
}

function expressions(text: string, isCondition: boolean): [number, number][] {
  const found = [...text.matchAll(/\{[{%]([^]*?)[%}]\}/g)].map((match): [number, number] => [match.index, match.index + match[0].length]);
  return found.length || !isCondition ? found : [[0, text.length]];
}

/** The text with steps under their new ids. */
export function renameSteps(text: string, ids: ReadonlyMap<string, string>, isCondition = false): string {
  let out = text;
  for (const reference of stepReferences(text, isCondition).reverse()) {
    const id = ids.get(reference.id);
    if (id !== undefined) out = out.slice(0, reference.from) + id + out.slice(reference.to);
  }
  return out;
}

/** A place that names a node: as a follower, as the one to retry from, or in an expression. */
export interface Use {
  readonly id: string;
  readonly path: Path;
  readonly kind: "target" | "retry_from" | "expression";
}

const uses = new WeakMap<object, readonly Use[]>();

/** Every place in a node that names another; what stands in its body is not among them. */
export function usesOf(node: Json): readonly Use[] {
  if (!isMap(node)) return [];
  const known = uses.get(node);
  if (known) return known;
  const found: Use[] = targetsOf(node).map(({ to, path }) => ({ id: to, path, kind: "target" }));
  const from = asText(entry(node["raise"], "retry_from"));
  if (from !== undefined) found.push({ id: from, path: ["raise", "retry_from"], kind: "retry_from" });
  eachExpression(node, (text, path, isCondition) => {
    const ids = new Set(stepReferences(text, isCondition).map(({ id }) => id));
    for (const id of ids) found.push({ id, path, kind: "expression" });
  });
  uses.set(node, found);
  return found;
}

/** Texts that are never read as a template. */
const PLAIN = new Set(["id", "title", "action", "call", "code", "connection", "owner", "due", "next", "on_exception", "retry", "timeout", "do"]);

function eachExpression(node: Json, visit: (text: string, path: Path, isCondition: boolean) => void): void {
  if (!isMap(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (!PLAIN.has(key)) eachText(value, (text, path) => visit(text, path, isConditionAt(path)), [key]);
  }
}

function isConditionAt(path: Path): boolean {
  return path[0] === "switch" && path.at(-1) === "when";
}

/** The node with other ids wherever it names one of them; the body of a for-each goes along. */
export function renamedUses(node: Json, ids: ReadonlyMap<string, string>): Json {
  if (!isMap(node)) return node;
  const out: Record<string, Json> = structuredClone(node) as Record<string, Json>;
  for (const use of usesOf(node)) {
    const id = ids.get(use.id);
    if (id === undefined) continue;
    const value = textAt(out, use.path);
    setAt(out, use.path, use.kind === "expression" ? renameSteps(value, ids, isConditionAt(use.path)) : id);
  }
  if (Array.isArray(out["do"])) out["do"] = out["do"].map((inner: Json) => renamedUses(inner, ids));
  return out;
}

function textAt(value: Json, path: Path): string {
  let here: unknown = value;
  for (const step of path) here = (here as Record<string | number, unknown>)[step];
  return String(here);
}

function setAt(value: Json, path: Path, text: string): void {
  let here = value as unknown as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) here = here[step] as Record<string | number, unknown>;
  here[path.at(-1) ?? ""] = text;
}
