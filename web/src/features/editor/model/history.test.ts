import { describe, expect, it } from "vitest";

import type { Edit } from "./commands/outcome";
import { setField } from "./commands/set-field";
import { serializeDocument, type WorkflowDocument } from "./document";
import { inverted, newHistory, record, redo, sealed, stepCount, undo, undoLabel } from "./history";
import { documentOf } from "./testing/texts";

const start = documentOf("nodes:\n  - { id: a, title: T, set: 1 }\n");

function typed(document: WorkflowDocument, value: string): Edit {
  const outcome = setField(document, { key: "a", path: ["title"], value });
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.edit;
}

describe("the history", () => {
  it("takes typing for one step, until it pauses or the field is left", () => {
    let history = newHistory(start);
    history = record(history, typed(history.document, "Ti"), 0);
    history = record(history, typed(history.document, "Tit"), 400);
    history = record(history, typed(history.document, "Title"), 1000);
    expect(stepCount(history)).toBe(1);
    expect(undoLabel(history)).toBe("Change “T”");
    history = record(history, typed(history.document, "Title of"), 9000);
    history = record(sealed(history), typed(history.document, "Title of it"), 9100);
    expect(stepCount(history)).toBe(3);
    history = undo(undo(history));
    expect(serializeDocument(history.document)).toContain("title: Title,");
    expect(serializeDocument(undo(history).document)).toBe(serializeDocument(start));
    expect(serializeDocument(redo(history).document)).toContain("title: Title of,");
  });

  it("forgets what was undone once something else is done, and restores the selection", () => {
    let history = record(newHistory(start), { ...typed(start, "X"), select: ["a"] }, 0);
    expect(history.selected).toEqual(["a"]);
    history = undo(history);
    expect(history.selected).toEqual([]);
    history = record(history, typed(history.document, "Y"), 1);
    expect(redo(history)).toBe(history);
    expect(undo(undo(history)).document).toBe(start);
  });

  it("records nothing where nothing changed, and turns a step round", () => {
    const history = newHistory(start);
    expect(record(history, typed(start, "T"), 0)).toBe(history);
    const step = record(history, typed(start, "Z"), 0).done?.step;
    if (!step) throw new Error("there is a step");
    expect(inverted(step).after).toBe(start);
  });

  it("goes back as far as one likes", () => {
    let history = newHistory(start);
    for (let count = 0; count < 300; count += 1) history = record(sealed(history), typed(history.document, `T${count}`), count);
    expect(stepCount(history)).toBe(300);
    for (let count = 0; count < 300; count += 1) history = undo(history);
    expect(history.document).toBe(start);
  }, 60_000);
});
