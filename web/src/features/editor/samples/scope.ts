import type { Scope } from "../api";
import { fieldAt, type WorkflowDocument } from "../model/document";
import { nodeIndex, triggerId } from "../model/node-index";
import { asText, entry, isList, isMap, valueAt } from "../model/text/value";
import type { EditorState } from "../state/editor-store";
import { outputOf } from "./status";
import { upstreamOf } from "./upstream";

type Known = Pick<EditorState, "history" | "samples" | "results" | "catalog">;

/** What the trigger gave, in the sample: pinned by a person, else the example of the connector. */
export function eventSample(state: Known): unknown {
  const { document } = state.history;
  const id = triggerId(document) ?? "trigger";
  if (Object.hasOwn(state.samples, id)) return state.samples[id];
  const on = asText(entry(fieldAt(document, ["trigger"]), "on")) ?? "";
  return state.catalog.triggers.get(on)?.sample ?? {};
}

/** The output of a step, in the sample: pinned, from its last test, else the example of its action. */
export function stepSample(state: Known, id: string): unknown {
  const known = outputOf(state, id);
  if (known !== undefined) return known;
  const node = nodeIndex(state.history.document).byKey.get(id)?.node;
  const action = asText(entry(node, "action"));
  return action === undefined ? undefined : (state.catalog.actions.get(action)?.sample ?? undefined);
}

/** Where a sample comes from, in a word. */
export function sampleOrigin(state: Known, id: string): "pinned" | "tested" | "example" | "none" {
  if (Object.hasOwn(state.samples, id)) return "pinned";
  if (Object.hasOwn(state.results, id) && state.results[id]?.output !== undefined) return "tested";
  return stepSample(state, id) === undefined ? "none" : "example";
}

/** What an expression of a step can read: the event, the steps before it, parameters, and inside a for-each the item. */
export function scopeFor(state: Known, key: string | null): Scope {
  const { document } = state.history;
  const steps: Record<string, unknown> = {};
  for (const { id } of key === null ? [] : upstreamOf(document, key)) {
    const output = id === null ? undefined : stepSample(state, id);
    if (id !== null && output !== undefined) steps[id] = output;
  }
  const vars = fieldAt(document, ["vars"]);
  const scope: Scope = { event: eventSample(state), steps, vars: isMap(vars) ? vars : {} };
  const item = key === null ? undefined : itemSample(document, key, scope);
  return item === undefined ? scope : { ...scope, item, index: 0 };
}

/** The first item of the list that the for-each around the step goes through, where the list is named plainly. */
function itemSample(document: WorkflowDocument, key: string, scope: Scope): unknown {
  const index = nodeIndex(document);
  const parent = index.byKey.get(key)?.parent;
  const list = asText(entry(index.byKey.get(parent ?? "")?.node, "for_each"));
  const path = /^\s*\{\{\s*([\w.]+)\s*\}\}\s*$/.exec(list ?? "")?.[1];
  const value = path === undefined ? undefined : valueAt(scope, path.split("."));
  return isList(value) ? value[0] : undefined;
}
