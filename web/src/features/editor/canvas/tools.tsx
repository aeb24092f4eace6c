import { useReactFlow, useStore as useCanvasStore } from "@xyflow/react";
import { Maximize, Minus, Plus, Redo2, StickyNote, Undo2, WandSparkles } from "lucide-react";
import { memo, useState, type ReactNode } from "react";

import { redoLabel, undoLabel } from "../model/history";
import { redoStep, undoStep } from "../state/editor-store";
import { useEditor, useEditorStore } from "../state/context";
import { useCanvasActs } from "./acts";

function Tool({ label, keys, onClick, disabled = false, children }: { label: string; keys?: string; onClick: () => void; disabled?: boolean; children: ReactNode }) {
  return (
    <button type="button" className="btn btn--icon btn--s" aria-label={label} title={keys === undefined ? label : `${label} (${keys})`} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}

export const CanvasTools = memo(function CanvasTools() {
  const store = useEditorStore();
  const acts = useCanvasActs();
  const readOnly = useEditor((state) => state.readOnly);
  const back = useEditor((state) => undoLabel(state.history));
  const forth = useEditor((state) => redoLabel(state.history));
  const [tidying, setTidying] = useState(false);
  if (readOnly) return null;
  return (
    <div className="float float--top" role="toolbar" aria-label="Canvas tools">
      <button type="button" className="btn btn--s" onClick={() => acts.addAfter()}>
        <Plus className="i i--s" aria-hidden="true" />
        Add a step <kbd className="kbd">/</kbd>
      </button>
      <hr />
      <Tool label={back === null ? "Undo" : `Undo: ${back}`} keys="Ctrl Z" disabled={back === null} onClick={() => undoStep(store)}>
        <Undo2 className="i" aria-hidden="true" />
      </Tool>
      <Tool label={forth === null ? "Redo" : `Redo: ${forth}`} keys="Ctrl Shift Z" disabled={forth === null} onClick={() => redoStep(store)}>
        <Redo2 className="i" aria-hidden="true" />
      </Tool>
      <Tool label="Add a note" keys="N" onClick={() => acts.note()}>
        <StickyNote className="i" aria-hidden="true" />
      </Tool>
      <Tool
        label={tidying ? "Tidying up" : "Tidy up"}
        keys="T"
        disabled={tidying}
        onClick={() => {
          setTidying(true);
          void acts.tidyUp().finally(() => setTidying(false));
        }}
      >
        <WandSparkles className="i" aria-hidden="true" />
      </Tool>
    </div>
  );
});

export const ZoomTools = memo(function ZoomTools() {
  const canvas = useReactFlow();
  const zoom = useCanvasStore((state) => Math.round(state.transform[2] * 100));
  return (
    <div className="float float--zoom" role="toolbar" aria-label="Zoom">
      <Tool label="Zoom out" keys="-" onClick={() => void canvas.zoomOut()}>
        <Minus className="i" aria-hidden="true" />
      </Tool>
      <span className="t12 c2 zoom-level">{zoom} %</span>
      <Tool label="Zoom in" keys="+" onClick={() => void canvas.zoomIn()}>
        <Plus className="i" aria-hidden="true" />
      </Tool>
      <Tool label="Show all" keys="F" onClick={() => void canvas.fitView({ padding: 0.08, maxZoom: 1 })}>
        <Maximize className="i" aria-hidden="true" />
      </Tool>
    </div>
  );
});
