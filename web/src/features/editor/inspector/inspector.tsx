import { memo, useDeferredValue, useEffect, useRef, useState } from "react";

import { focusCard } from "../canvas/view";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { nodeIndex } from "../model/node-index";
import { useDocument, useEditor } from "../state/context";
import { NodeInspector } from "./node-inspector";
import { SeveralInspector } from "./several-inspector";
import { TriggerInspector } from "./trigger-inspector";
import { WorkflowInspector } from "./workflow-inspector";

/** What is chosen, and everything that can be said about it. */
export const Inspector = memo(function Inspector() {
  const selected = useSettled();
  const document = useDocument();
  const box = useRef<HTMLElement>(null);
  useAskedFocus(box);
  const [first] = selected;
  const there = first !== undefined && nodeIndex(document).byKey.has(first);
  return (
    <aside
      className="insp"
      aria-label="Inspector"
      ref={box}
      onKeyDown={(event) => {
        // Back to the card that the fields belong to.
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        focusCard(first ?? TRIGGER_KEY);
      }}
    >
      {selected.length > 1 ? (
        <SeveralInspector keys={selected} />
      ) : first === TRIGGER_KEY ? (
        <TriggerInspector />
      ) : there ? (
        <NodeInspector key={first} node={first} />
      ) : (
        <WorkflowInspector />
      )}
    </aside>
  );
});

/** What is chosen. What a drag chose comes after it is dropped: all its fields are more than a frame has time for. */
function useSettled(): readonly string[] {
  const selected = useEditor((state) => state.history.selected);
  const dragged = useEditor((state) => state.dragged);
  const held = useDeferredValue(dragged) || dragged;
  const [settled, setSettled] = useState(selected);
  if (!held && settled !== selected) setSettled(selected);
  return held ? settled : selected;
}

/** Moves the focus to the first field when it was asked for: with Enter on a step, from a problem, from the checklist. */
function useAskedFocus(box: { readonly current: HTMLElement | null }): void {
  const asked = useEditor((state) => state.focused.asked);
  const seen = useRef(asked);
  useEffect(() => {
    if (asked === seen.current) return;
    seen.current = asked;
    focusFirst(box, 10);
  }, [asked, box]);
}

/** Code fields come a moment later than the rest. */
function focusFirst(box: { readonly current: HTMLElement | null }, patience: number): void {
  requestAnimationFrame(() => {
    const title = box.current?.querySelector<HTMLInputElement>(".title-input");
    // A step without a name is named first.
    const field = title?.value === "" && !title.readOnly ? title : box.current?.querySelector<HTMLElement>(".form :is(input, select, textarea, .cm-content, button):not(:disabled):not(.mini-btn)");
    if (field) field.focus();
    else if (patience > 0) focusFirst(box, patience - 1);
  });
}
