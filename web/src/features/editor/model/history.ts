import type { Edit } from "./commands/outcome";
import type { WorkflowDocument } from "./document";

/** One step that can be taken back. Documents share what is equal in them: a step costs what it changed. */
export interface Step {
  readonly before: WorkflowDocument;
  readonly after: WorkflowDocument;
  readonly label: string;
  readonly merge: string | null;
  /** When it was last added to, in milliseconds. */
  readonly at: number;
  readonly selectedBefore: readonly string[];
  readonly selectedAfter: readonly string[];
}

/** A linked list, so that adding to a history of any length costs the same. */
interface Steps {
  readonly step: Step;
  readonly rest: Steps | null;
  readonly count: number;
}

export interface History {
  readonly document: WorkflowDocument;
  readonly selected: readonly string[];
  readonly undone: Steps | null;
  readonly done: Steps | null;
}

/** Typing that pauses longer than this begins a new step. */
const MERGE_MS = 1500;

export function newHistory(document: WorkflowDocument): History {
  return { document, selected: [], done: null, undone: null };
}

/** The history after an edit. What had been undone is gone then. */
export function record(history: History, edit: Edit, at: number): History {
  const selected = edit.select ?? history.selected;
  if (edit.document === history.document) return selected === history.selected ? history : { ...history, selected };
  const step: Step = {
    before: history.document,
    after: edit.document,
    label: edit.label,
    merge: edit.merge ?? null,
    at,
    selectedBefore: history.selected,
    selectedAfter: selected,
  };
  const last = history.done?.step;
  const joins = last && last.merge !== null && last.merge === step.merge && at - last.at <= MERGE_MS && !history.undone;
  const done = joins ? push(history.done.rest, { ...step, label: last.label, before: last.before, selectedBefore: last.selectedBefore }) : push(history.done, step);
  return { document: edit.document, selected, done, undone: null };
}

function push(rest: Steps | null, step: Step): Steps {
  return { step, rest, count: (rest?.count ?? 0) + 1 };
}

export function undo(history: History): History {
  const top = history.done;
  if (!top) return history;
  return { document: top.step.before, selected: top.step.selectedBefore, done: top.rest, undone: push(history.undone, top.step) };
}

export function redo(history: History): History {
  const top = history.undone;
  if (!top) return history;
  return { document: top.step.after, selected: top.step.selectedAfter, undone: top.rest, done: push(history.done, top.step) };
}

/** The step the other way round: what taking it back does. */
export function inverted(step: Step): Step {
  return { ...step, before: step.after, after: step.before, selectedBefore: step.selectedAfter, selectedAfter: step.selectedBefore };
}

/** What the menu says: “Undo: Add a step”; nothing where there is nothing to take back. */
export function undoLabel(history: History): string | null {
  return history.done?.step.label ?? null;
}

export function redoLabel(history: History): string | null {
  return history.undone?.step.label ?? null;
}

export function stepCount(history: History): number {
  return history.done?.count ?? 0;
}

/** The next edit begins a step of its own: the field was left. */
export function sealed(history: History): History {
  const top = history.done;
  return top && top.step.merge !== null ? { ...history, done: push(top.rest, { ...top.step, merge: null }) } : history;
}
