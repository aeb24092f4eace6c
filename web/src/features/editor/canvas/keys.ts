import { useEffect, useRef } from "react";

import { isTyping, useShortcutSheet } from "@/lib/shortcuts";
import { toast } from "@/lib/toasts";

import { TRIGGER_KEY } from "../model/graph/edge-key";
import { focusOn, openOverlay, redoStep, select, undoStep, type EditorStore } from "../state/editor-store";
import { useEditorStore } from "../state/context";
import { useCanvasActs, type CanvasActs } from "./acts";

/** What the sheet of shortcuts shows for this page. */
const SHEET: readonly (readonly [keys: string, label: string])[] = [
  ["/", "Add a step after the chosen one"],
  ["← →", "Along the line"],
  ["↑ ↓", "To the other ways out of the same step"],
  ["Enter", "To the fields of the step"],
  ["C", "Connect to another step"],
  ["Menu or M", "All that can be done with the step"],
  ["Delete", "Delete what is chosen"],
  ["Alt ← → ↑ ↓", "Move the step on the canvas"],
  ["Ctrl Z, Ctrl Shift Z", "Undo, redo"],
  ["Ctrl C, X, V, D", "Copy, cut, paste as text, duplicate"],
  ["Ctrl A", "Choose all steps"],
  ["N", "Add a note"],
  ["B", "Group what is chosen"],
  ["T", "Tidy up"],
  ["F, +, -", "Show all, zoom in, zoom out"],
];

type Key = (acts: CanvasActs, store: EditorStore) => void;

const PLAIN: Readonly<Record<string, Key>> = {
  "/": (acts) => acts.addAfter(),
  Delete: (acts) => acts.remove(),
  Backspace: (acts) => acts.remove(),
  ArrowRight: (acts) => acts.walk("forward"),
  ArrowLeft: (acts) => acts.walk("back"),
  ArrowDown: (acts) => acts.walk("next_way"),
  ArrowUp: (acts) => acts.walk("previous_way"),
  Enter: (_, store) => enter(store),
  c: (_, store) => connectChosen(store),
  m: () => openMenu(),
  ContextMenu: () => openMenu(),
  n: (acts) => acts.note(),
  b: (acts) => acts.group(),
  t: (acts) => void acts.tidyUp(),
  f: (acts) => acts.fit(),
  "+": (acts) => acts.zoom(1),
  "-": (acts) => acts.zoom(-1),
  Escape: (_, store) => select(store, []),
};

const WITH_CTRL: Readonly<Record<string, Key>> = {
  k: (acts) => acts.addAfter(),
  z: (_, store) => undoStep(store),
  y: (_, store) => redoStep(store),
  d: (acts) => acts.duplicate(),
  a: (acts) => acts.all(),
};

const NUDGE: Readonly<Record<string, readonly [number, number]>> = { ArrowRight: [16, 0], ArrowLeft: [-16, 0], ArrowDown: [0, 16], ArrowUp: [0, -16] };

/** Keys that change nothing, and work where nothing may be changed. */
const HARMLESS = new Set(["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Enter", "f", "+", "-", "Escape"]);

function enter(store: EditorStore): void {
  const [key] = store.getState().history.selected;
  focusOn(store, key ?? TRIGGER_KEY);
}

function connectChosen(store: EditorStore): void {
  const [from] = store.getState().history.selected;
  if (from !== undefined) openOverlay(store, { kind: "connect", from });
}

function openMenu(): void {
  document.querySelector<HTMLElement>("[data-step-menu]")?.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0 }));
}

function meant(event: KeyboardEvent): Key | undefined {
  const ctrl = event.ctrlKey || event.metaKey;
  if (event.altKey && !ctrl) {
    const by = NUDGE[event.key];
    return by && ((acts) => acts.nudge(...by));
  }
  if (!ctrl) return PLAIN[event.key] ?? PLAIN[event.key.toLowerCase()];
  const key = event.key.toLowerCase();
  if (key === "z" && event.shiftKey) return (_, store) => redoStep(store);
  return WITH_CTRL[key];
}

/** Is the event meant for the canvas: nobody types, and the focus is on the canvas, on its tools or nowhere? */
function isForCanvas(event: Event): boolean {
  const target = event.composedPath()[0] ?? event.target;
  if (isTyping(target) || !(target instanceof Node)) return false;
  if (target instanceof Element && target.closest(".cm-editor, [role=menu], [role=dialog], [role=listbox]")) return false;
  return target === document.body || document.querySelector(".canvas")?.contains(target) === true || document.querySelector("#main") === target;
}

/** Enter and Space on a button are that button's. */
function isButtons(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLButtonElement && (event.key === "Enter" || event.key === " ");
}

/** Keys and the clipboard of the canvas. They come before those of the shell, of which some mean something else here. */
export function useCanvasKeys(): void {
  const store = useEditorStore();
  const acts = useCanvasActs();
  const current = useRef(acts);
  useEffect(() => {
    current.current = acts;
  });
  useEffect(() => {
    const entry = { group: "Editor", shortcuts: SHEET.map(([keys, label]) => ({ keys, label, run: () => undefined })) };
    useShortcutSheet.setState(({ groups }) => ({ groups: [entry, ...groups] }));
    return () => useShortcutSheet.setState(({ groups }) => ({ groups: groups.filter((one) => one !== entry) }));
  }, []);
  useEffect(() => {
    // The second key of a pair of the shell's, such as `g t`, is the shell's.
    let paired = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "g" && isForCanvas(event)) paired = event.timeStamp;
      else if (event.timeStamp - paired < 900) return;
      const palette = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !document.querySelector("dialog[open]");
      if (!palette && (!isForCanvas(event) || isButtons(event))) return;
      const { readOnly } = store.getState();
      const key = meant(event);
      if (!key || (readOnly && !HARMLESS.has(event.key))) return;
      event.preventDefault();
      event.stopPropagation();
      key(current.current, store);
    };
    const onClipboard = (event: ClipboardEvent): void => {
      if (!isForCanvas(event) || globalThis.getSelection()?.toString()) return;
      const acts = current.current;
      const { readOnly } = store.getState();
      if (event.type === "paste") {
        if (!readOnly) acts.paste(event.clipboardData?.getData("text/plain") ?? "");
      } else {
        const text = acts.copied();
        if (!text) return;
        event.clipboardData?.setData("text/plain", text);
        toast("Copied as text");
        if (event.type === "cut" && !readOnly) acts.remove();
      }
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey, true);
    for (const kind of ["copy", "cut", "paste"] as const) document.addEventListener(kind, onClipboard);
    return () => {
      document.removeEventListener("keydown", onKey, true);
      for (const kind of ["copy", "cut", "paste"] as const) document.removeEventListener(kind, onClipboard);
    };
  }, [store]);
}
