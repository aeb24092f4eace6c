import { asText, entry, isMap, type JsonMap } from "../text/value";

/** The key of a node that an import could not map: it keeps the original, and blocks publishing until somebody builds it. */
export const PLACEHOLDER = "placeholder";

export interface Placeholder {
  readonly from: string;
  readonly type: string;
  readonly original: JsonMap;
}

/** What an import left to be built, if the node is such a one. */
export function placeholderOf(node: unknown): Placeholder | null {
  const found = entry(node, PLACEHOLDER);
  const original = entry(found, "original");
  if (!isMap(original)) return null;
  return { from: asText(entry(found, "from")) ?? "", type: asText(entry(found, "type")) ?? "", original };
}
