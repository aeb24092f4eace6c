import { bodyOf } from "../model/node";
import type { NodeIndex } from "../model/node-index";
import type { Position } from "../model/layout/positions";
import { FRAME, NODE_SIZE } from "../model/layout/sizes";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Sizes of the frames around bodies: as large as what stands in them. */
export function frameSizes(index: NodeIndex, places: ReadonlyMap<string, Position>): ReadonlyMap<string, Size> {
  const sizes = new Map<string, Size>();
  // The last entries are the innermost ones.
  for (const found of [...index.entries].reverse()) {
    if (bodyOf(found.node).length === 0) continue;
    let [right, low] = [NODE_SIZE.width, NODE_SIZE.height];
    for (const inner of index.levels.get(found.key) ?? []) {
      const at = places.get(inner.key) ?? { x: FRAME.side, y: FRAME.top };
      const size = sizes.get(inner.key) ?? NODE_SIZE;
      right = Math.max(right, at.x + size.width);
      low = Math.max(low, at.y + size.height);
    }
    sizes.set(found.key, { width: right + FRAME.side, height: low + FRAME.bottom });
  }
  return sizes;
}
