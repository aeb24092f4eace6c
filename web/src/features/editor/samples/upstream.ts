import type { WorkflowDocument } from "../model/document";
import { targetsOf } from "../model/node";
import { nodeIndex, resolve, type NodeEntry } from "../model/node-index";

/** The steps from which a run can come to this one, in the order of the text; those around its for-each too. */
export function upstreamOf(document: WorkflowDocument, key: string): readonly NodeEntry[] {
  const index = nodeIndex(document);
  const here = index.byKey.get(key);
  if (!here) return [];
  const sources = new Map<string, string[]>();
  for (const found of index.entries) {
    for (const { to } of targetsOf(found.node)) {
      const target = resolve(index, found.parent, to);
      if (target) sources.set(target.key, [...(sources.get(target.key) ?? []), found.key]);
    }
  }
  const seen = new Set<string>();
  const open = [key];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const parent = index.byKey.get(at)?.parent ?? null;
    const before = [...(sources.get(at) ?? [])];
    // What stands before the for-each is known in its body; the for-each itself has no output yet there.
    if (parent !== null) open.push(parent);
    for (const source of before) {
      if (seen.has(source)) continue;
      seen.add(source);
      open.push(source);
    }
  }
  seen.delete(key);
  return index.entries.filter((found) => seen.has(found.key));
}
