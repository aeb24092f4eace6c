import { nodeIndex } from "../model/node-index";
import { usesOf } from "../model/references";
import { without, isMap, type Json } from "../model/text/value";
import type { WorkflowDocument } from "../model/document";
import type { TestResult } from "./results";
import type { EditorState } from "../state/editor-store";

/** Whether a step has been tried, and whether that still says anything. */
export interface NodeStatus {
  readonly state: "untested" | "ran" | "failed" | "stale";
  /** Nothing where it was never tested: the card says then what the step does. */
  readonly words: string | null;
}

const UNTESTED: NodeStatus = { state: "untested", words: null };

/** What a test of a step is made of: the step itself, and what it read of others. */
export function madeOf(document: WorkflowDocument, key: string, outputOf: (id: string) => unknown): string {
  const node = nodeIndex(document).byKey.get(key)?.node ?? null;
  const reads = [...new Set(usesOf(node).flatMap((use) => (use.kind === "expression" ? [use.id] : [])))].sort();
  return JSON.stringify([work(node), reads.map((id) => [id, outputOf(id) ?? null])]);
}

/** What a step does: where it leads and who answers for it changes no result. */
function work(node: Json): Json {
  return isMap(node) ? without(node, "id", "title", "next", "on_exception", "owner", "due", "retry", "timeout") : node;
}

/** The output of a step as the tests know it: what was pinned, else what the last test gave. */
export function outputOf(state: Pick<EditorState, "samples" | "results">, id: string): unknown {
  if (Object.hasOwn(state.samples, id)) return state.samples[id];
  return Object.hasOwn(state.results, id) ? state.results[id]?.output : undefined;
}

const RESULT_WORDS: Readonly<Record<TestResult["status"], string>> = { ran: "Tested", previewed: "Previewed", evaluated: "Would wait", failed: "Failed" };

const known = new WeakMap<object, Map<string, { readonly document: object; readonly status: NodeStatus }>>();

export function nodeStatus(state: EditorState, key: string): NodeStatus {
  const result = Object.hasOwn(state.results, key) ? state.results[key] : undefined;
  if (!result) return Object.hasOwn(state.samples, key) ? pinned : UNTESTED;
  const cache = known.get(state.results) ?? new Map<string, { document: object; status: NodeStatus }>();
  known.set(state.results, cache);
  const before = cache.get(key);
  if (before?.document === state.history.document.root) return before.status;
  const fresh = madeOf(state.history.document, key, (id) => outputOf(state, id)) === result.made_of;
  const made: NodeStatus = !fresh
    ? { state: "stale", words: "Stale: something changed" }
    : result.status === "failed"
      ? { state: "failed", words: `Failed: ${result.failure?.message ?? "no reason given"}` }
      : { state: "ran", words: `${RESULT_WORDS[result.status]}, ${result.took_ms} ms` };
  const status = before && before.status.state === made.state && before.status.words === made.words ? before.status : made;
  cache.set(key, { document: state.history.document.root, status });
  return status;
}

const pinned: NodeStatus = { state: "ran", words: "Sample pinned" };
