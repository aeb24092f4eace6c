import { moveNodes } from "../model/commands/move-nodes";
import { setNote } from "../model/commands/note";
import { sequence } from "../model/commands/outcome";
import type { Position } from "../model/layout/positions";
import { run, type Command, type EditorStore } from "../state/editor-store";
import type { FlowNode } from "./flow";
import { isPlaced } from "./places";

/** Writes where nodes were dropped. Where nothing had a written place yet, all are written, so that the others stay. */
export function dropped(store: EditorStore, moved: readonly FlowNode[], all: readonly FlowNode[]): void {
  const { history, places } = store.getState();
  const steps = moved.filter((node) => node.type === "step");
  const notes = moved.filter((node) => node.type === "note");
  const still = steps.every((node) => samePlace(places.get(node.id), node.position)) && notes.every(({ data, position }) => data.note.x === position.x && data.note.y === position.y);
  if (still) return;
  const commands: Command[] = notes.map((node) => (document) => setNote(document, { id: node.data.note.id, fields: node.position }));
  if (steps.length) {
    const others = isPlaced(history.document) ? [] : all.filter((node) => node.type === "step");
    const positions = new Map<string, Position>([...others, ...steps].map((node) => [node.id, node.position]));
    commands.push((document) => moveNodes(document, positions));
  }
  const label = steps.length === 1 ? "Move a step" : steps.length ? `Move ${steps.length} steps` : "Move a note";
  if (commands.length) run(store, (document) => sequence(document, label, commands));
}

function samePlace(left: Position | undefined, right: Position): boolean {
  return left?.x === right.x && left.y === right.y;
}
