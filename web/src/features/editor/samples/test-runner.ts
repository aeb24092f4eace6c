import { toast } from "@/lib/toasts";

import { testStep } from "../api";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { kindOf } from "../model/node";
import { nodeIndex } from "../model/node-index";
import { textOf, type EditorStore } from "../state/editor-store";
import { madeOf, nodeStatus, outputOf } from "./status";
import { scopeFor } from "./scope";
import { upstreamOf } from "./upstream";

/** Steps that are never tried on the way to another: they only wait, stop or end. */
const PASSED = new Set(["raise", "ask", "wait", "end", "join", "respond", "call"]);

/** Tries one step with the samples of those before it. Reads are made, writes only previewed. False where it failed. */
export async function tryStep(store: EditorStore, key: string): Promise<boolean> {
  const state = store.getState();
  const id = nodeIndex(state.history.document).byKey.get(key)?.id;
  if (!id) {
    toast("A step needs an id before it can be tested", { tone: "failed" });
    return false;
  }
  const made_of = madeOf(state.history.document, key, (step) => outputOf(state, step));
  const tested = await testStep(textOf(state), id, scopeFor(state, key));
  if (tested === null) {
    toast("This server cannot test single steps", { tone: "failed" });
    return false;
  }
  store.setState(({ results }) => ({ results: { ...results, [id]: { ...tested, made_of } } }));
  return tested.status !== "failed";
}

/** Tries every step on the way whose result says nothing any more, and then the step itself. */
export async function runTo(store: EditorStore, key: string, show: (key: string) => void): Promise<void> {
  const before = key === TRIGGER_KEY ? [] : upstreamOf(store.getState().history.document, key);
  const way = before.filter((found) => found.parent === null && found.id !== null && !PASSED.has(kindOf(found.node)));
  for (const found of way) {
    const state = store.getState();
    if (Object.hasOwn(state.samples, found.id ?? "") || nodeStatus(state, found.key).state === "ran") continue;
    show(found.key);
    if (!(await tryStep(store, found.key))) {
      toast(`The way stops at “${found.id ?? found.key}”`, { tone: "failed" });
      return;
    }
  }
  show(key);
  await tryStep(store, key);
}
