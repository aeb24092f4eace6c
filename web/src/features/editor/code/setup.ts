import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting, type StreamParser } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The nonce that the policy of the page allows styles with, where the server gave one. */
function nonce(): string {
  const said = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
  return said.startsWith("__") ? "" : said;
}

const theme = EditorView.theme({
  "&": { fontSize: "12px", color: "var(--ink)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "18px", fontVariantLigatures: "none" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--focus)" },
  ".cm-line": { padding: "0 10px" },
  ".cm-cursor": { borderLeftColor: "var(--focus)", borderLeftWidth: "1.5px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--select)" },
  ".cm-placeholder": { color: "var(--ink-3)" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--ink-3)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--tint) 70%, transparent)" },
  ".cm-tooltip": { border: "1px solid var(--line-2)", borderRadius: "var(--r-2)", backgroundColor: "var(--raised)", boxShadow: "var(--sh-float)", zIndex: "40" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "12px", maxHeight: "220px", minWidth: "260px", maxWidth: "min(420px, 90vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "flex", gap: "10px", padding: "5px 10px", lineHeight: "18px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--select)", color: "var(--ink)" },
  ".cm-completionDetail": { marginLeft: "auto", fontStyle: "normal", fontFamily: "var(--font)", color: "var(--ink-3)", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--path-ink)", fontWeight: "620" },
  ".cm-diagnostic": { padding: "6px 10px", fontFamily: "var(--font)", fontSize: "12px", borderLeftWidth: "3px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--risk-line)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--exc-line)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--risk-line)", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--exc-line)", textUnderlineOffset: "3px" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)" },
});

const colours = HighlightStyle.define([
  { tag: [tags.bracket, tags.punctuation, tags.separator], color: "var(--ink-3)" },
  { tag: [tags.variableName, tags.propertyName, tags.definition(tags.propertyName)], color: "var(--path-ink)" },
  { tag: [tags.function(tags.variableName), tags.keyword, tags.operatorKeyword], color: "var(--review-ink)" },
  { tag: [tags.string, tags.number, tags.bool, tags.null], color: "var(--exc-ink)" },
  { tag: tags.comment, color: "var(--ink-3)", fontStyle: "italic" },
]);

interface Inside {
  braces: boolean;
  filter: boolean;
}

/** Texts with expressions in them: what stands between the braces is told apart. */
const parser: StreamParser<Inside> = {
  startState: () => ({ braces: false, filter: false }),
  copyState: (state) => ({ ...state }),
  token: (stream, state) => {
    if (!state.braces) {
      if (stream.match("{{")) {
        state.braces = true;
        return "bracket";
      }
      if (!stream.skipTo("{{")) stream.skipToEnd();
      return null;
    }
    return insideToken(stream, state);
  },
};

function insideToken(stream: Parameters<StreamParser<Inside>["token"]>[0], state: Inside): string | null {
  if (stream.match("}}")) {
    state.braces = false;
    return "bracket";
  }
  if (stream.eatSpace()) return null;
  const filter = state.filter;
  state.filter = false;
  if (stream.match(/^'(?:[^'\\]|\\.)*'?|^"(?:[^"\\]|\\.)*"?/)) return "string";
  if (stream.match(/^\d+(?:\.\d+)?/)) return "number";
  if (stream.match(/^(?:and|or|not|is|in|if|else)\b/)) return "keyword";
  if (stream.match(/^(?:true|false|none)\b/)) return "bool";
  if (stream.match(/^[A-Za-z_]\w*/)) return filter ? "variableName.function" : "variableName";
  if (stream.match("|")) state.filter = true;
  else stream.next();
  return "punctuation";
}

/** A condition may stand without braces: all of it is an expression then. */
const bareParser: StreamParser<Inside> = { ...parser, startState: () => ({ braces: true, filter: false }) };

export const templateLanguage = StreamLanguage.define(parser);
export const conditionLanguage = StreamLanguage.define(bareParser);

/**
 * What is typed over a selection is put there by the editor: the browser would carry the style of what it takes away along, on an
 * element of its own, which the policy of the page refuses.
 */
const typedOver = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { main, ranges } = view.state.selection;
    if (event.inputType !== "insertText" || event.data === null || event.isComposing || main.empty || ranges.length > 1 || view.state.readOnly) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

/** What every code field has. */
export function common(label: string): Extension[] {
  return [
    EditorView.cspNonce.of(nonce()),
    theme,
    syntaxHighlighting(colours),
    history(),
    typedOver,
    keymap.of([...defaultKeymap, ...historyKeymap]),
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", spellcheck: "false", autocorrect: "off", autocapitalize: "off" }),
  ];
}

export const withTab: Extension = keymap.of([indentWithTab]);
