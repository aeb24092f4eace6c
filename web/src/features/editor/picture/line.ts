import type { Arrival } from "../canvas/arrival";
import type { Position } from "../model/layout/positions";

/** Where a way begins or ends, and on which side of the card. */
export interface End<Side> extends Position {
  readonly side: Side;
}
export type Begin = End<"right" | "bottom">;
export type Finish = End<Arrival>;

/** How far a way goes before it turns, and how round it turns. */
const STUB = 12;
const ROUND = 8;

const HEADS: Readonly<Record<Arrival, string>> = { in: "l-7 -4.5v9z", top: "l-4.5 -7h9z", low: "l-4.5 7h9z" };
const DIRECTIONS: Readonly<Record<Arrival, Position>> = { in: { x: -1, y: 0 }, top: { x: 0, y: -1 }, low: { x: 0, y: 1 } };

export const headOf = ({ x, y, side }: Finish): string => `M${x} ${y}${HEADS[side]}`;

/** A place on the last straight of a way. */
export const beforeEnd = ({ x, y, side }: Finish, by: number): Position => ({ x: x + DIRECTIONS[side].x * by, y: y + DIRECTIONS[side].y * by });

/** The corners of a way that goes along and across only. `late`: it turns just before its end, not just behind its beginning. */
export function cornersOf(from: Begin, to: Finish, late: boolean): readonly Position[] {
  const last = beforeEnd(to, STUB);
  const between = from.side === "right" ? fromRight(from, to, last, late) : fromBelow(from, to, last);
  return [from, ...between, to];
}

function fromRight(from: Begin, to: Finish, last: Position, late: boolean): Position[] {
  const first = { x: from.x + STUB, y: from.y };
  if (to.side !== "in") return to.x > first.x ? [{ x: to.x, y: from.y }] : [first, { x: first.x, y: last.y }, { x: to.x, y: last.y }];
  if (Math.abs(from.y - to.y) < 1 && to.x > from.x) return [];
  if (last.x >= first.x) {
    const x = late ? last.x : first.x;
    return [{ x, y: from.y }, { x, y: to.y }];
  }
  const middle = (from.y + to.y) / 2;
  return [first, { x: first.x, y: middle }, { x: last.x, y: middle }, last];
}

function fromBelow(from: Begin, to: Finish, last: Position): Position[] {
  const first = { x: from.x, y: from.y + STUB };
  if (to.side === "in") {
    if (to.y > from.y && to.x > from.x) return [{ x: from.x, y: to.y }];
    return [first, { x: last.x, y: first.y }, last];
  }
  if (Math.abs(from.x - to.x) < 1) return [];
  const y = to.side === "top" ? last.y : Math.max(first.y, last.y);
  return [{ x: from.x, y }, { x: to.x, y }];
}

/** The corners as a path, rounded. */
export function pathOf(corners: readonly Position[]): string {
  const [begin] = corners;
  if (!begin) return "";
  const parts = [`M${begin.x} ${begin.y}`];
  corners.forEach((corner, at) => {
    const [before, after] = [corners[at - 1], corners[at + 1]];
    if (!before) return;
    if (!after) parts.push(`L${corner.x} ${corner.y}`);
    else {
      const [enter, leave] = [toward(corner, before), toward(corner, after)];
      parts.push(`L${enter.x} ${enter.y}Q${corner.x} ${corner.y} ${leave.x} ${leave.y}`);
    }
  });
  return parts.join("");
}

/** A little way from the corner to its neighbour, at most to the middle between them. */
function toward(corner: Position, other: Position): Position {
  const length = Math.hypot(other.x - corner.x, other.y - corner.y);
  const share = length === 0 ? 0 : Math.min(ROUND, length / 2) / length;
  return { x: corner.x + (other.x - corner.x) * share, y: corner.y + (other.y - corner.y) * share };
}
