import { createStore, type StoreApi } from "zustand/vanilla";

import { toast } from "@/lib/toasts";

import type { Outcome } from "../model/commands/outcome";
import { parseDocument, serializeDocument, type WorkflowDocument } from "../model/document";
import { newHistory, record, redo, sealed, undo, type History } from "../model/history";
import type { Position } from "../model/layout/positions";
import type { Spot } from "../model/commands/add-node";
import type { TextProblem } from "../model/text/read";
import { indexCatalog, type CatalogIndex } from "./catalog";
import type { SaveView } from "../saving/autosave";
import type { TestResult } from "../samples/results";

/** A text that cannot be read: it is kept as it was typed, and the canvas shows the last one that could. */
export interface Broken {
  readonly text: string;
  readonly problems: readonly TextProblem[];
}

export type Overlay =
  | { readonly kind: "palette"; readonly spot: Spot; readonly near: string }
  | { readonly kind: "trigger" }
  | { readonly kind: "connect"; readonly from: string }
  | { readonly kind: "publish" }
  | { readonly kind: "second" }
  | { readonly kind: "versions" }
  | { readonly kind: "import" }
  | { readonly kind: "conflict" };

export type View = "canvas" | "text" | "changes";

/** Which of the seven parts, or which field, the inspector is to show and focus. */
export interface Focused {
  readonly part: "node" | "workflow";
  readonly tab: string | null;
  /** Counts up, so that asking twice for the same place moves there twice. */
  readonly asked: number;
}

export interface EditorState {
  readonly workflow: string;
  readonly readOnly: boolean;
  readonly history: History;
  readonly broken: Broken | null;
  /** Chosen edges; chosen nodes stand in the history, because undoing chooses them again. */
  readonly edges: readonly string[];
  readonly notes: readonly string[];
  /** Something is held with the mouse and moved about. */
  readonly dragged: boolean;
  readonly catalog: CatalogIndex;
  readonly view: View;
  readonly overlay: Overlay | null;
  readonly focused: Focused;
  /** Where nodes stand whose place is not written. */
  readonly places: ReadonlyMap<string, Position>;
  /** Samples that a person pinned, by the id of the node. */
  readonly samples: Readonly<Record<string, unknown>>;
  readonly results: Readonly<Record<string, TestResult>>;
  readonly saving: SaveView;
  readonly published: Published | null;
  /** What became of each node since the version it is compared with; nothing while nothing is compared. */
  readonly fates: ReadonlyMap<string, "added" | "changed"> | null;
}

/** The current version, which the draft is compared with. */
export interface Published {
  readonly version: number;
  readonly text: string;
}

export type EditorStore = StoreApi<EditorState>;

export interface Opening {
  readonly workflow: string;
  readonly text: string;
  readonly samples: Readonly<Record<string, unknown>>;
  readonly readOnly: boolean;
  readonly published: Published | null;
}

export function createEditor({ workflow, text, samples, readOnly, published }: Opening): EditorStore {
  const parsed = parseDocument(text);
  const empty = parseDocument(`workflow: ${workflow}\n`);
  const document = parsed.ok ? parsed.document : empty.ok ? empty.document : null;
  if (!document) throw new Error("an empty workflow can be read");
  return createStore<EditorState>()(() => ({
    workflow,
    readOnly,
    history: newHistory(document),
    broken: parsed.ok ? null : { text, problems: parsed.problems },
    edges: [],
    notes: [],
    dragged: false,
    catalog: indexCatalog([]),
    view: parsed.ok ? "canvas" : "text",
    overlay: null,
    focused: { part: "workflow", tab: null, asked: 0 },
    places: new Map(),
    samples,
    results: {},
    saving: { status: "saved", savedAt: null, failure: null, basedOn: null, theirs: null, base: text },
    published,
    fates: null,
  }));
}

/** The text as it is now, also where it cannot be read. */
export const textOf = (state: EditorState): string => state.broken?.text ?? serializeDocument(state.history.document);

export type Command = (document: WorkflowDocument) => Outcome;

/** Runs a command; what it refuses is said in its words. True where it was done. */
export function run(store: EditorStore, command: Command): boolean {
  const { history, readOnly, broken } = store.getState();
  if (readOnly) return false;
  if (broken) {
    toast("The text cannot be read yet: mend it in the text view first", { tone: "failed" });
    return false;
  }
  const outcome = command(history.document);
  if (!outcome.ok) {
    toast(outcome.reason, { tone: "failed" });
    return false;
  }
  if (outcome.edit.notice) toast(outcome.edit.notice);
  store.setState({ history: record(history, outcome.edit, Date.now()), ...(outcome.edit.select ? { edges: [], notes: [] } : {}) });
  return true;
}

export function undoStep(store: EditorStore): void {
  store.setState(({ history, broken }) => (broken ? {} : { history: undo(history) }));
}

export function redoStep(store: EditorStore): void {
  store.setState(({ history, broken }) => (broken ? {} : { history: redo(history) }));
}

/** A field was left: what is typed next is another step. */
export function sealStep(store: EditorStore): void {
  store.setState(({ history }) => ({ history: sealed(history) }));
}

const same = (left: readonly string[], right: readonly string[]): boolean => left.length === right.length && left.every((key, at) => key === right[at]);

export function select(store: EditorStore, nodes: readonly string[], edges: readonly string[] = [], notes: readonly string[] = []): void {
  store.setState((state) => {
    if (same(state.history.selected, nodes) && same(state.edges, edges) && same(state.notes, notes)) return state;
    // What stays the same is the same list: who shows the edges need not look at all of them again.
    return {
      history: { ...state.history, selected: nodes },
      edges: same(state.edges, edges) ? state.edges : edges,
      notes: same(state.notes, notes) ? state.notes : notes,
    };
  });
}

/** Takes over a text that was typed. Where it cannot be read it is kept beside the last one that could. */
export function writeText(store: EditorStore, text: string, label = "Edit the text"): void {
  const { history, readOnly } = store.getState();
  if (readOnly) return;
  const parsed = parseDocument(text, history.document);
  if (!parsed.ok) store.setState({ broken: { text, problems: parsed.problems } });
  else store.setState({ broken: null, history: record(history, { document: parsed.document, label, merge: "text" }, Date.now()) });
}

export function openOverlay(store: EditorStore, overlay: Overlay | null): void {
  store.setState({ overlay });
}

/** Shows a node in the inspector, with a tab, and moves the focus there. */
export function focusOn(store: EditorStore, key: string | null, tab: string | null = null): void {
  select(store, key === null ? [] : [key]);
  store.setState(({ focused }) => ({ focused: { part: key === null ? "workflow" : "node", tab, asked: focused.asked + 1 } }));
}
