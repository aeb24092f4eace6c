import { NodeResizer, type NodeProps } from "@xyflow/react";
import clsx from "clsx";
import { memo, useState } from "react";

import { setNote } from "../model/commands/note";
import { renameGroup } from "../model/commands/group-nodes";
import { useEditor, useRun } from "../state/context";
import type { GroupNode, NoteNode } from "./flow";
import { usePlace } from "./place";

/** A note on the canvas: it is read there, and written after a double click or Enter. */
export const NoteCard = memo(function NoteCard({ data: { note }, selected, width, height }: NodeProps<NoteNode>) {
  const run = useRun();
  const readOnly = useEditor((state) => state.readOnly);
  const [writing, setWriting] = useState(note.text === "");
  const ref = usePlace(width, height);
  return (
    <>
      {selected && !readOnly ? <NodeResizer minWidth={120} minHeight={48} onResizeEnd={(_, size) => run((document) => setNote(document, { id: note.id, fields: { x: size.x, y: size.y, width: size.width, height: size.height } }))} /> : null}
      <div
        ref={ref}
        className={clsx("sticky", selected && "is-selected")}
        role="button"
        data-key={`note:${note.id}`}
        tabIndex={selected ? 0 : -1}
        aria-label={`Note: ${note.text}`}
        onDoubleClick={() => setWriting(!readOnly)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && event.target === event.currentTarget) {
            event.preventDefault();
            setWriting(!readOnly);
          }
        }}
      >
        {writing ? (
          <textarea
            className="sticky-text nodrag nowheel"
            aria-label="Words of the note"
            autoFocus
            defaultValue={note.text}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key === "Escape") event.currentTarget.blur();
            }}
            onBlur={(event) => {
              const text = event.currentTarget.value;
              setWriting(false);
              if (text !== note.text) run((document) => setNote(document, { id: note.id, fields: { text } }));
            }}
          />
        ) : (
          <span className="sticky-words">{note.text || "An empty note"}</span>
        )}
      </div>
    </>
  );
});

/** The frame around a group, with its title to be changed in place. */
export const GroupFrame = memo(function GroupFrame({ data: { group }, width, height }: NodeProps<GroupNode>) {
  const run = useRun();
  const readOnly = useEditor((state) => state.readOnly);
  const ref = usePlace(width, height);
  return (
    <div ref={ref} className="group">
      <input
        className="group-title nodrag"
        aria-label="Title of the group"
        readOnly={readOnly}
        value={group.title}
        size={Math.max(6, group.title.length)}
        onChange={(event) => {
          const title = event.target.value;
          run((document) => renameGroup(document, { id: group.id, title }));
        }}
      />
    </div>
  );
});
