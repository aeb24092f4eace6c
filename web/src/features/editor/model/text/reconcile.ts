import type { Change } from "./edit";
import { definedKeys, entry, equal, isList, isMap, type Json, type JsonMap, type Path } from "./value";

/** The least changes that make one value of another: what is equal in both keeps its place and its comments. */
export function reconcile(before: Json | undefined, after: Json, path: Path, order: readonly string[] = []): Change[] {
  if (before !== undefined && equal(before, after)) return [];
  if (isMap(before) && isMap(after)) return maps(before, after, path, order);
  if (isList(before) && isList(after)) return lists(before, after, path);
  return [{ kind: "set", path, value: after, order }];
}

function maps(before: JsonMap, after: JsonMap, path: Path, order: readonly string[]): Change[] {
  const gone = definedKeys(before).filter((key) => entry(after, key) === undefined);
  // The last entry goes only after the new ones came, so that the mapping never is empty in between.
  const removals = gone.map((key): Change => ({ kind: "remove", path: [...path, key] }));
  const changes = definedKeys(after).flatMap((key) => {
    const old = entry(before, key);
    const value = after[key] as Json;
    if (old === undefined) return [{ kind: "set", path: [...path, key], value, order } satisfies Change];
    return reconcile(old, value, [...path, key]);
  });
  return [...changes, ...removals];
}

function lists(before: readonly Json[], after: readonly Json[], path: Path): Change[] {
  let start = 0;
  while (start < before.length && start < after.length && equal(before[start], after[start])) start += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - start;
  while (tail < most && equal(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const oldMiddle = before.length - start - tail;
  const newMiddle = after.length - start - tail;
  const changes: Change[] = [];
  for (let at = 0; at < Math.min(oldMiddle, newMiddle); at += 1) {
    changes.push(...reconcile(before[start + at], after[start + at] as Json, [...path, start + at]));
  }
  for (let at = oldMiddle; at < newMiddle; at += 1) {
    changes.push({ kind: "insert", path, index: start + at, value: after[start + at] as Json });
  }
  for (let at = oldMiddle - 1; at >= newMiddle; at -= 1) changes.push({ kind: "remove", path: [...path, start + at] });
  return changes;
}
