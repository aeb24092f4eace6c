import { describe, expect, it } from "vitest";

import { setField } from "../model/commands/set-field";
import { createEditor, run, type EditorStore } from "../state/editor-store";
import { scopeFor } from "./scope";
import { madeOf, nodeStatus, outputOf } from "./status";
import { upstreamOf } from "./upstream";

const TEXT = `workflow: w
trigger: { id: start, on: throughline.manual }
nodes:
  - { id: job, set: { lines: [ { net: 1 } ], ok: true }, next: [ready, aside] }
  - id: ready
    switch:
      - { when: "{{ steps.job.ok }}", next: each }
  - { id: aside, set: { x: 1 } }
  - id: each
    for_each: "{{ steps.job.lines }}"
    do:
      - { id: gross, set: { total: "{{ item.net }}" } }
    next: last
  - { id: last, set: { all: "{{ steps.each | length }}" } }
`;

function editor(): EditorStore {
  return createEditor({ workflow: "w", text: TEXT, samples: { start: { id: 7 }, job: { lines: [{ net: 5 }], ok: true } }, readOnly: false, published: null });
}

const tested = (store: EditorStore, id: string): void => {
  const state = store.getState();
  const made_of = madeOf(state.history.document, id, (step) => outputOf(state, step));
  store.setState({ results: { ...state.results, [id]: { status: "ran", input: null, output: true, changes: null, summary: null, failure: null, took_ms: 3, made_of } } });
};

describe("samples", () => {
  it("are those of the steps before, those around a for-each too", () => {
    const store = editor();
    const ids = (key: string): (string | null)[] => upstreamOf(store.getState().history.document, key).map((found) => found.id);
    expect(ids("last")).toEqual(["job", "ready", "each"]);
    expect(ids("gross")).toEqual(["job", "ready"]);
    expect(ids("job")).toEqual([]);
  });

  it("make the scope of a step: event, steps, and the item inside of a for-each", () => {
    const scope = scopeFor(editor().getState(), "gross");
    expect(scope).toMatchObject({ event: { id: 7 }, steps: { job: { ok: true } }, item: { net: 5 }, index: 0 });
    expect(scopeFor(editor().getState(), "last").item).toBeUndefined();
  });

  it("tell when a test says nothing any more: the step changed, or what it read", () => {
    const store = editor();
    expect(nodeStatus(store.getState(), "ready").state).toBe("untested");
    tested(store, "ready");
    expect(nodeStatus(store.getState(), "ready").state).toBe("ran");
    run(store, (document) => setField(document, { key: "ready", path: ["title"], value: "Ready?" }));
    expect(nodeStatus(store.getState(), "ready").state).toBe("ran");
    store.setState({ samples: { job: { ok: false } } });
    expect(nodeStatus({ ...store.getState(), results: { ...store.getState().results } }, "ready").state).toBe("stale");
    tested(store, "ready");
    run(store, (document) => setField(document, { key: "ready", path: ["switch", 0, "when"], value: "{{ true }}" }));
    expect(nodeStatus(store.getState(), "ready").state).toBe("stale");
  });
});
