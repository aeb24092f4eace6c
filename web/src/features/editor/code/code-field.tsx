import { acceptCompletion, autocompletion, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder as hint } from "@codemirror/view";
import { useEffect, useRef } from "react";

import { completionsAt } from "./completions";
import { common, conditionLanguage, templateLanguage } from "./setup";

export interface CodeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onLeave?: () => void;
  readonly kind: "template" | "condition" | "code";
  /** What can be read here: completed while it is typed. */
  readonly scope: Readonly<Record<string, unknown>>;
  readonly readOnly?: boolean;
  readonly placeholder?: string;
  readonly invalid?: boolean;
  readonly lines?: number;
}

type Latest = Pick<CodeFieldProps, "onChange" | "onLeave" | "scope" | "kind">;

/** Completes from what the latest samples say, without making the field anew. */
function source(latest: { readonly current: Latest }) {
  return (context: CompletionContext): CompletionResult | null => {
    // It is asked a moment after typing: whoever has left the field by then is offered nothing.
    if (context.view?.hasFocus === false) return null;
    const { scope, kind } = latest.current;
    const found = completionsAt(context.state.doc.toString(), context.pos, { ...scope, now: "the time of the step" }, { bare: kind === "condition", explicit: context.explicit });
    if (!found) return null;
    return {
      from: found.from,
      options: found.options.map(({ label, detail, insert, kind: what }) => ({
        label,
        detail,
        type: what === "filter" ? "function" : "variable",
        apply: insert === undefined ? label : (view: EditorView, _: unknown, from: number, to: number) => applied(view, insert, from, to),
      })),
    };
  };
}

/** A path that ends in brackets takes the place of the whole path before it. */
function applied(view: EditorView, insert: string, from: number, to: number): void {
  const whole = insert.startsWith("\u0000");
  const text = whole ? insert.slice(1) : insert;
  const path = text.slice(0, text.lastIndexOf("["));
  const start = whole ? Math.max(0, view.state.sliceDoc(0, from).lastIndexOf(path)) : from;
  view.dispatch({ changes: { from: start, to, insert: text }, selection: { anchor: start + text.length } });
}

/** Braces come in pairs: who types the second one gets the end, and writes between. */
const braces = EditorView.inputHandler.of((view, from, to, text) => {
  if (text !== "{" || from !== to || view.state.sliceDoc(from - 1, from) !== "{" || view.state.sliceDoc(from, from + 2).trim() !== "") return false;
  view.dispatch({ changes: { from, insert: "{  }}" }, selection: { anchor: from + 2 }, userEvent: "input.type" });
  return true;
});

function extensionsOf(props: CodeFieldProps, latest: { readonly current: Latest }): Extension[] {
  const language = props.kind === "template" ? [templateLanguage, braces] : props.kind === "condition" ? [conditionLanguage] : [];
  return [
    // The choice with Enter or Tab comes before a new line.
    keymap.of([{ key: "Tab", run: acceptCompletion }, ...completionKeymap]),
    props.kind === "code" ? [] : autocompletion({ override: [source(latest)], icons: false, defaultKeymap: false, activateOnTyping: true }),
    ...common(props.label),
    ...language,
    EditorView.lineWrapping,
    props.placeholder === undefined ? [] : hint(props.placeholder),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some((one) => one.isUserEvent("outside"))) latest.current.onChange(update.state.doc.toString());
      if (update.focusChanged && !update.view.hasFocus) latest.current.onLeave?.();
    }),
  ];
}

/** A field for code and expressions. */
export default function CodeField(props: CodeFieldProps) {
  const { value, readOnly = false, invalid = false, lines = 1 } = props;
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
    const made = new EditorView({
      parent,
      state: EditorState.create({ doc: first.current.value, extensions: [...extensionsOf(first.current, latest), locked.current.of(EditorState.readOnly.of(first.current.readOnly ?? false))] }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => view.current?.dispatch({ effects: locked.current.reconfigure(EditorState.readOnly.of(readOnly)) }), [readOnly]);
  useEffect(() => {
    const shown = view.current;
    if (!shown || shown.state.doc.toString() === value) return;
    shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: value }, userEvent: "outside" });
  }, [value]);
  return <div ref={box} className={`code-box code-box--${Math.min(lines, 8)}${invalid ? " is-bad" : ""}`} />;
}
