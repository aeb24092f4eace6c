import { cut } from "./text/cut";
import type { Change } from "./text/edit";
import { pieceText, pieceValue, shareWith, type Piece } from "./text/piece";
import { read, type TextProblem } from "./text/read";
import { reconcile } from "./text/reconcile";
import { changeTree } from "./text/tree";
import { isMap, valueAt, type Json, type JsonMap, type Path } from "./text/value";
import { orderAt } from "./words/order";

/** The document that is edited: its text is the truth, and everything else is read from it. It never changes; a command gives another. */
export interface WorkflowDocument {
  readonly root: Piece;
}

/** What reading a text gave: a document, or why there is none. */
export type Parsed =
  | { readonly ok: true; readonly document: WorkflowDocument }
  | { readonly ok: false; readonly problems: readonly TextProblem[] };

/** Reads a text. `before` is the document of the text before, with which everything that stayed is shared. */
export function parseDocument(text: string, before?: WorkflowDocument): Parsed {
  const reading = read(text);
  if (reading.problems.length) return { ok: false, problems: reading.problems };
  if (reading.value !== null && !isMap(reading.value)) {
    return { ok: false, problems: [{ message: "a workflow is a mapping: it begins with `workflow: id`", line: 1, column: 1 }] };
  }
  const root = cut(reading);
  return { ok: true, document: { root: before ? shareWith(before.root, root) : root } };
}

const texts = new WeakMap<Piece, string>();

/** The text, character for character as it was read where nothing was edited. */
export function serializeDocument(document: WorkflowDocument): string {
  const known = texts.get(document.root);
  if (known !== undefined) return known;
  const text = pieceText(document.root);
  texts.set(document.root, text);
  return text;
}

/** All of it as data. */
export function documentValue(document: WorkflowDocument): JsonMap {
  const value = pieceValue(document.root);
  return isMap(value) ? value : {};
}

export function fieldAt(document: WorkflowDocument, path: Path): Json | undefined {
  return valueAt(pieceValue(document.root), path);
}

/** The document after the changes, one after the other. */
export function changeDocument(document: WorkflowDocument, changes: readonly Change[]): WorkflowDocument {
  const root = changes.reduce(changeTree, document.root);
  return root === document.root ? document : { root };
}

/** The document with another value at the path; `undefined` takes it away. Parts that are equal keep place and comments. */
export function withField(document: WorkflowDocument, path: Path, value: Json | undefined): WorkflowDocument {
  const before = fieldAt(document, path);
  if (value === undefined) return before === undefined ? document : changeDocument(document, [{ kind: "remove", path }]);
  const missing = firstMissing(document, path);
  if (missing < path.length - 1) {
    const inner = path.slice(missing + 1).reduceRight<Json>((below, step) => ({ [step]: below }), value);
    const at = path.slice(0, missing + 1);
    return changeDocument(document, [{ kind: "set", path: at, value: inner, order: orderAt(at) }]);
  }
  return changeDocument(document, reconcile(before, value, path, orderAt));
}

/** How many steps of the path lead somewhere. */
function firstMissing(document: WorkflowDocument, path: Path): number {
  for (let count = 1; count <= path.length; count += 1) {
    const value = fieldAt(document, path.slice(0, count));
    if (value === undefined || (count < path.length && (value === null || typeof value !== "object"))) return count - 1;
  }
  return path.length;
}
