import type { Change } from "./edit";
import { definedKeys, entry, equal, isList, isMap, type Json, type JsonMap, type Path } from "./value";

/** The order of the keys beside the last step of a path: where a new one goes. */
export type OrderAt = (path: Path) => readonly string[];

/** The least changes that make one value of another: what is equal in both keeps its place and its comments. */
export function reconcile(before: Json | undefined, after: Json, path: Path, orderAt: OrderAt = () => []): Change[] {
  if (before !== undefined && equal(before, after)) return [];
  if (isMap(before) && isMap(after)) return maps(before, after, path, orderAt);
  if (isList(before) && isList(after)) return lists(before, after, path, orderAt);
  return [{ kind: "set", path, value: after, order: orderAt(path) }];
}

function maps(before: JsonMap, after: JsonMap, path: Path, orderAt: OrderAt): Change[] {
  const gone = definedKeys(before).filter((key) => entry(after, key) === undefined);
  const removals = gone.map((key): Change => ({ kind: "remove", path: [...path, key] }));
  const changes = definedKeys(after).flatMap((key) => {
    const old = entry(before, key);
    const value = after[key] as Json;
    const at = [...path, key];
    if (old === undefined) return [{ kind: "set", path: at, value, order: orderAt(at) } satisfies Change];
    return reconcile(old, value, at, orderAt);
  });
  // What goes makes room first, but for the last entry: the mapping never is empty in between.
  return gone.length < definedKeys(before).length ? [...removals, ...changes] : [...changes, ...removals];
}

function lists(before: readonly Json[], after: readonly Json[], path: Path, orderAt: OrderAt): Change[] {
  let start = 0;
  while (start < before.length && start < after.length && equal(before[start], after[start])) start += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - start;
  while (tail < most && equal(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const oldMiddle = before.length - start - tail;
  const newMiddle = after.length - start - tail;
  const changes: Change[] = [];
  for (let at = 0; at < Math.min(oldMiddle, newMiddle); at += 1) {
    changes.push(...reconcile(before[start + at], after[start + at] as Json, [...path, start + at], orderAt));
  }
  for (let at = oldMiddle; at < newMiddle; at += 1) {
    changes.push({ kind: "insert", path, index: start + at, value: after[start + at] as Json });
  }
  for (let at = oldMiddle - 1; at >= newMiddle; at -= 1) changes.push({ kind: "remove", path: [...path, start + at] });
  return changes;
}
