import { targetsOf } from "../node";
import { asText, definedKeys, entry, isList, isMap, type Json, type JsonMap, type Path } from "../text/value";

/** The node with its followers as `change` says: what it gives for an id stands in its place. */
export function retargeted(node: Json, change: (id: string, port: string) => readonly string[]): Json {
  if (!isMap(node)) return node;
  const ports = new Map(targetsOf(node).map((target) => [JSON.stringify(listPath(target.path)), target]));
  let out: JsonMap = node;
  for (const target of ports.values()) {
    const path = listPath(target.path);
    const ids = targetsOf(node).filter((other) => other.port === target.port).flatMap((other) => change(other.to, other.port));
    out = withAt(out, path, written([...new Set(ids)], target.port)) as JsonMap;
  }
  return out;
}

/** The node with one port that leads to these. */
export function withTargets(node: Json, path: Path, port: string, ids: readonly string[]): Json {
  return withAt(node, path, written([...new Set(ids)], port));
}

/** Where the list of a port's targets stands: the path of a target without its number. */
export function listPath(path: Path): Path {
  return typeof path.at(-1) === "number" ? path.slice(0, -1) : path;
}

function written(ids: readonly string[], port: string): Json | undefined {
  const several = !["exception", "timeout", "expired"].includes(port);
  return ids.length > 1 && several ? ids : ids[0];
}

function withAt(value: Json | undefined, path: Path, inner: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return inner ?? null;
  if (isList(value)) return value.map((item, index) => (index === Number(step) ? withAt(item, rest, inner) : item));
  const map = isMap(value) ? value : {};
  if (rest.length) return { ...map, [step]: withAt(map[step], rest, inner) };
  const kept = definedKeys(map).filter((key) => key !== step || inner !== undefined);
  const out = Object.fromEntries(kept.map((key) => [key, key === step ? inner : map[key]]));
  return inner === undefined || Object.hasOwn(out, String(step)) ? out : { ...out, [step]: inner };
}

/** The ids that a port leads to. */
export function targetIds(node: Json, port: string): string[] {
  return targetsOf(node).filter((target) => target.port === port).map((target) => target.to);
}

/** The title of a node for the words of the history. */
export function nameOf(node: Json): string {
  return asText(entry(node, "title")) ?? asText(entry(node, "id")) ?? "a step";
}
