import type { WorkflowDocument } from "../document";

/** What a command gives: another document, never a changed one. Undoing is going back to the document before. */
export interface Edit {
  readonly document: WorkflowDocument;
  /** What was done, for the history: “Add a step”. */
  readonly label: string;
  /** The nodes to select now; nothing leaves the selection as it is. */
  readonly select?: readonly string[];
  /** Edits one after the other with the same word are one step of the history: typing in a field. */
  readonly merge?: string;
  /** What the person should know beside what is seen. */
  readonly notice?: string;
}

export type Outcome = { readonly ok: true; readonly edit: Edit } | { readonly ok: false; readonly reason: string };

export function done(document: WorkflowDocument, label: string, more: Omit<Edit, "document" | "label"> = {}): Outcome {
  return { ok: true, edit: { document, label, ...more } };
}

/** Several commands as one step of the history. The first that is refused refuses them all. */
export function sequence(document: WorkflowDocument, label: string, commands: readonly ((document: WorkflowDocument) => Outcome)[]): Outcome {
  let edit: Edit = { document, label };
  for (const command of commands) {
    const outcome = command(edit.document);
    if (!outcome.ok) return outcome;
    edit = { ...edit, ...outcome.edit, label };
  }
  return { ok: true, edit };
}

export function refused(reason: string): Outcome {
  return { ok: false, reason };
}
