import { acceptCompletion, autocompletion, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";

import { completionsAt } from "../code/completions";
import { common, withTab } from "../code/setup";

export interface Mark {
  readonly line: number;
  readonly column: number;
  readonly severity: "error" | "warning";
  readonly message: string;
}

interface YamlFieldProps {
  readonly value: string;
  readonly readOnly: boolean;
  readonly marks: readonly Mark[];
  /** Where to look, and how often that was asked for. */
  readonly show: { readonly from: number; readonly to: number } | null;
  readonly onChange: (value: string) => void;
  readonly onCursor: (offset: number) => void;
  /** What an expression at the offset can read. */
  readonly scopeAt: (offset: number) => Readonly<Record<string, unknown>>;
}

type Latest = Pick<YamlFieldProps, "onChange" | "onCursor" | "scopeAt">;

function complete(latest: { readonly current: Latest }) {
  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos);
    const found = completionsAt(line.text, context.pos - line.from, { ...latest.current.scopeAt(context.pos), now: "the time of the step" });
    if (!found) return null;
    const options = found.options.filter((one) => one.insert === undefined).map(({ label, detail, kind }) => ({ label, detail, type: kind === "filter" ? "function" : "variable" }));
    return { from: line.from + found.from, options };
  };
}

function extensionsOf(latest: { readonly current: Latest }): Extension[] {
  return [
    keymap.of([{ key: "Tab", run: acceptCompletion }, ...completionKeymap, ...foldKeymap, ...lintKeymap]),
    autocompletion({ override: [complete(latest)], icons: false, defaultKeymap: false }),
    ...common("Text of the workflow"),
    withTab,
    yaml(),
    lineNumbers(),
    foldGutter(),
    indentOnInput(),
    bracketMatching(),
    drawSelection(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    EditorState.tabSize.of(2),
    EditorView.updateListener.of((update) => {
      const outside = update.transactions.some((one) => one.isUserEvent("outside"));
      if (update.docChanged && !outside) latest.current.onChange(update.state.doc.toString());
      if ((update.selectionSet || update.docChanged) && !outside && update.view.hasFocus) latest.current.onCursor(update.state.selection.main.head);
    }),
  ];
}

/** Only what differs is written anew, so that the cursor and the undo of the field stay sensible. */
export function changeBetween(before: string, after: string): { from: number; to: number; insert: string } {
  let from = 0;
  const most = Math.min(before.length, after.length);
  while (from < most && before.charCodeAt(from) === after.charCodeAt(from)) from += 1;
  let end = 0;
  while (end < most - from && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end += 1;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}

function diagnosticsOf(state: EditorState, marks: readonly Mark[]): Diagnostic[] {
  return marks.flatMap(({ line: number, column, severity, message }): Diagnostic[] => {
    if (number < 1 || number > state.doc.lines) return [];
    const line = state.doc.line(number);
    const from = Math.min(line.to, line.from + Math.max(0, column - 1));
    const word = /^[\w.:-]+/.exec(state.sliceDoc(from, line.to))?.[0].length ?? 1;
    return [{ from, to: Math.min(line.to, from + word), severity, message }];
  });
}

export default function YamlField(props: YamlFieldProps) {
  const { value, readOnly, marks, show } = props;
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef<Latest>(props);
  const locked = useRef(new Compartment());
  const first = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    const parent = box.current;
    if (!parent) return;
    const made = new EditorView({ parent, state: EditorState.create({ doc: first.current.value, extensions: [extensionsOf(latest), locked.current.of(EditorState.readOnly.of(first.current.readOnly))] }) });
    view.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => view.current?.dispatch({ effects: locked.current.reconfigure(EditorState.readOnly.of(readOnly)) }), [readOnly]);
  useEffect(() => {
    const shown = view.current;
    if (!shown) return;
    const before = shown.state.doc.toString();
    if (before !== value) shown.dispatch({ changes: changeBetween(before, value), userEvent: "outside" });
  }, [value]);
  useEffect(() => {
    const shown = view.current;
    if (shown) shown.dispatch(setDiagnostics(shown.state, diagnosticsOf(shown.state, marks)));
  }, [marks, value]);
  useEffect(() => {
    const shown = view.current;
    if (!shown || !show || shown.hasFocus || show.from > shown.state.doc.length) return;
    shown.dispatch({ selection: { anchor: show.from }, effects: EditorView.scrollIntoView(show.from, { y: "start", yMargin: 48 }), userEvent: "outside" });
  }, [show]);
  return <div ref={box} className="yaml-box" />;
}
