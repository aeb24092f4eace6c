import { fieldAt, type WorkflowDocument } from "../document";
import { entry, isMap, type Json, type JsonMap } from "../text/value";

/** The upper left corner of a node on the canvas. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

const positions = new WeakMap<object, ReadonlyMap<string, Position>>();
const NONE: ReadonlyMap<string, Position> = new Map();

/** Where nodes were put, by id; the trigger's stands under the trigger's id. */
export function positionsOf(document: WorkflowDocument): ReadonlyMap<string, Position> {
  const written = fieldAt(document, ["layout", "nodes"]);
  if (!isMap(written)) return NONE;
  const known = positions.get(written);
  if (known) return known;
  const found = readPositions(written);
  positions.set(written, found);
  return found;
}

function readPositions(written: JsonMap): Map<string, Position> {
  const found = new Map<string, Position>();
  for (const [id, value] of Object.entries(written)) {
    const [x, y] = [entry(value, "x"), entry(value, "y")];
    if (typeof x === "number" && typeof y === "number") found.set(id, { x, y });
  }
  return found;
}

/** What is written for a position: whole pixels, so that a nudge changes one short line. */
export function writtenPosition(position: Position): Json {
  return { x: Math.round(position.x), y: Math.round(position.y) };
}
