import { changeDocument, fieldAt, withField, type WorkflowDocument } from "../document";
import { notesOf, NOTE_SIZE, type Note } from "../layout/notes";
import type { Position } from "../layout/positions";
import { isList, isMap, type Json } from "../text/value";
import { done, refused, type Outcome } from "./outcome";

/** Puts a note on the canvas. */
export function addNote(document: WorkflowDocument, { text, at }: { readonly text: string; readonly at: Position }): Outcome {
  const list = fieldAt(document, ["notes"]);
  const taken = new Set(notesOf(document).map((note) => note.id));
  let number = 1;
  while (taken.has(`note_${number}`)) number += 1;
  const note: Json = { id: `note_${number}`, text, x: Math.round(at.x), y: Math.round(at.y), ...NOTE_SIZE };
  if (list !== undefined && list !== null && !isList(list)) {
    return typeof list === "string" ? done(withField(document, ["notes"], [list, note]), "Add a note") : refused("The notes of this text are in a form that is not known here; they are kept as they are");
  }
  return done(withField(document, ["notes"], [...(list ?? []), note]), "Add a note");
}

/** Changes words, place or size of a note. */
export function setNote(document: WorkflowDocument, { id, fields }: { readonly id: string; readonly fields: Partial<Omit<Note, "id">> }): Outcome {
  const at = notesOf(document).findIndex((note) => note.id === id);
  if (at < 0) return refused("This note is not there any more");
  const list = fieldAt(document, ["notes"]);
  const now = isList(list) ? list[at] : list;
  const before = isMap(now) ? now : { text: typeof now === "string" ? now : "" };
  const rounded = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, typeof value === "number" ? Math.round(value) : value]));
  const note: Json = { ...before, ...rounded };
  const next = isList(list) ? withField(document, ["notes", at], note) : withField(document, ["notes"], [note]);
  return done(next, "Change a note", { merge: `note:${id}:${Object.keys(fields).join(",")}` });
}

/** Takes a note away. */
export function removeNote(document: WorkflowDocument, id: string): Outcome {
  const at = notesOf(document).findIndex((note) => note.id === id);
  if (at < 0) return refused("This note is not there any more");
  const list = fieldAt(document, ["notes"]);
  const last = !isList(list) || list.length === 1;
  return done(changeDocument(document, [{ kind: "remove", path: last ? ["notes"] : ["notes", at] }]), "Delete a note");
}
