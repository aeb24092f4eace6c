import { fieldAt, type WorkflowDocument } from "../document";
import { asText, entry, isList } from "../text/value";

/** A note on the canvas. */
export interface Note {
  readonly id: string;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const NOTE_SIZE = { width: 240, height: 120 };

/** The notes of the text. A list of plain texts, as people write it by hand, is read too. */
export function notesOf(document: WorkflowDocument): Note[] {
  const written = fieldAt(document, ["notes"]);
  const list = isList(written) ? written : typeof written === "string" ? [written] : [];
  return list.map((note, index): Note => {
    const number = (key: string, otherwise: number): number => {
      const value = entry(note, key);
      return typeof value === "number" ? value : otherwise;
    };
    return {
      id: asText(entry(note, "id")) ?? `#${index}`,
      text: asText(note) ?? asText(entry(note, "text")) ?? "",
      x: number("x", 0),
      y: number("y", -160 - index * 140),
      width: number("width", NOTE_SIZE.width),
      height: number("height", NOTE_SIZE.height),
    };
  });
}
