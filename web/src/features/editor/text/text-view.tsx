import { Download, X } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";

import type { Problem } from "../api";
import { useReveal } from "../canvas/view";
import { download } from "../download";
import { nodeAtOffset, placeInText } from "../model/text-places";
import { nodeIndex } from "../model/node-index";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { scopeFor } from "../samples/scope";
import { select, textOf, writeText } from "../state/editor-store";
import { useChosen, useDocument, useEditor, useEditorStore } from "../state/context";
import type { Mark } from "./yaml-field";

const YamlField = lazy(() => import("./yaml-field"));

/** The text beside the canvas: both are the same workflow, and each follows the other. */
export function TextView({ problems }: { problems: readonly Problem[] }) {
  const store = useEditorStore();
  const text = useEditor(textOf);
  const readOnly = useEditor((state) => state.readOnly);
  const workflow = useEditor((state) => state.workflow);
  const marks = useMarks(problems);
  const show = useShown();
  const reveal = useReveal();
  const onCursor = (offset: number): void => {
    const { history, broken } = store.getState();
    if (broken) return;
    const node = nodeAtOffset(history.document, offset);
    const key = node?.key;
    if (key === undefined || history.selected[0] === key) return;
    select(store, [key]);
    reveal(key, false);
  };
  return (
    <aside className="insp insp--text" aria-label="Text">
      <header className="row">
        <h2 className="h2">Text</h2>
        <span className="t12 c3 wide">What is written here stands on the canvas at once.</span>
        <button type="button" className="btn btn--s push" onClick={() => download(text, `${workflow}.yaml`)}>
          <Download className="i i--s" aria-hidden="true" />
          Download
        </button>
        <button type="button" className="btn btn--quiet btn--icon btn--s" aria-label="Close the text" onClick={() => store.setState({ view: "canvas" })}>
          <X className="i" aria-hidden="true" />
        </button>
      </header>
      <Suspense fallback={<pre className="json">{text}</pre>}>
        <YamlField value={text} readOnly={readOnly} marks={marks} show={show} onChange={(next) => writeText(store, next)} onCursor={onCursor} scopeAt={(offset) => scopeFor(store.getState(), nodeAtOffset(store.getState().history.document, offset)?.key ?? null) as unknown as Record<string, unknown>} />
      </Suspense>
    </aside>
  );
}

/** What the server finds, and where the text cannot be read at all what the reader says. */
function useMarks(problems: readonly Problem[]): readonly Mark[] {
  const broken = useEditor((state) => state.broken);
  return useMemo(() => {
    if (broken) return broken.problems.map(({ line, column, message }) => ({ line, column, message, severity: "error" as const }));
    return problems.map(({ line, column, severity, message, hint }) => ({ line, column, message: hint ? `${message}. ${hint}` : message, severity: severity === "error" ? ("error" as const) : ("warning" as const) }));
  }, [broken, problems]);
}

/** Where the chosen step stands in the text. */
function useShown(): { readonly from: number; readonly to: number } | null {
  const chosen = useChosen();
  const document = useDocument();
  const path = chosen === null ? null : chosen === TRIGGER_KEY ? ["trigger"] : (nodeIndex(document).byKey.get(chosen)?.path ?? null);
  const place = path === null ? null : placeInText(document, path);
  const [from, to] = [place?.from ?? -1, place?.to ?? -1];
  return useMemo(() => (from < 0 ? null : { from, to }), [from, to]);
}
