import { useMemo } from "react";

import { Dialog } from "@/components/dialog";
import { Mark } from "@/components/mark";
import { plural } from "@/lib/format";

import { mergeDocuments, type Merged } from "../model/diff/merge";
import { parseDocument, serializeDocument } from "../model/document";
import { shown } from "../model/text/value";
import { ChangeList } from "../publish/change-list";
import { documentOf } from "../publish/changes-view";
import { openOverlay, textOf } from "../state/editor-store";
import { useEditor, useEditorStore } from "../state/context";
import { useAutosave } from "./use-autosave";

function merged(base: string, mine: string, theirs: string): Merged | null {
  const [old, own, other] = [parseDocument(base), parseDocument(mine), parseDocument(theirs)];
  return old.ok && own.ok && other.ok ? mergeDocuments(old.document, own.document, other.document) : null;
}

/** Two drafts of the same text: nothing is lost, and a person chooses. */
export function ConflictDialog() {
  const store = useEditorStore();
  const autosave = useAutosave();
  const { theirs, base } = useEditor((state) => state.saving);
  const mine = useEditor(textOf);
  const both = useMemo(() => (theirs ? merged(base, mine, theirs.text) : null), [base, mine, theirs]);
  const close = (): void => openOverlay(store, null);
  if (!theirs) return null;
  const choose = (text: string): void => {
    autosave.choose(text);
    close();
  };
  const [other, own] = [documentOf(theirs.text), documentOf(mine)];
  return (
    <Dialog title="This draft was saved elsewhere too" onClose={close} wide>
      <p className="read">Another tab or another person saved it while you were typing. Both texts are kept until you choose; whatever you choose, undo brings yours back.</p>
      {both ? <Meeting merged={both} /> : <p className="c2">One of the two cannot be read as a workflow, so they cannot be brought together.</p>}
      {other && own ? (
        <section className="conflict-changes" aria-label="From theirs to yours" tabIndex={0}>
          <h3 className="h3">From theirs to yours</h3>
          <ChangeList before={other} after={own} />
        </section>
      ) : null}
      <footer>
        <button type="button" className="btn" onClick={() => choose(theirs.text)}>
          Take theirs
        </button>
        <button type="button" className="btn" onClick={() => choose(mine)}>
          Keep mine
        </button>
        {both ? (
          <button type="button" className="btn btn--go" onClick={() => choose(serializeDocument(both.document))}>
            Bring both together
          </button>
        ) : null}
      </footer>
    </Dialog>
  );
}

function Meeting({ merged: { conflicts } }: { merged: Merged }) {
  if (!conflicts.length) {
    return (
      <p className="row">
        <Mark name="done" /> The changes touch different places: brought together, both are kept whole.
      </p>
    );
  }
  return (
    <div className="note note--exc">
      <Mark name="soon" />
      <div>
        <b>{plural(conflicts.length, "place was", "places were")} changed on both sides; brought together, yours stands there:</b>
        <ul className="stack mt-1">
          {conflicts.slice(0, 12).map((conflict) => (
            <li key={`${conflict.key ?? ""}${conflict.path.join("/")}`}>
              <span className="mono">{[conflict.key, ...conflict.path].filter((step) => step !== null).join(".")}</span>: yours “{shown(conflict.mine, "taken away")}”, theirs “{shown(conflict.theirs, "taken away")}”
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
