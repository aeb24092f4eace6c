import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";

import { Skeleton } from "@/components/states";
import { exact } from "@/lib/format";
import { useNames } from "@/lib/people";
import { useWorkspace } from "@/lib/workspace";

import { versionsOptions, versionTextOptions } from "../api";
import { useReveal } from "../canvas/view";
import { diffDocuments } from "../model/diff/diff";
import { parseDocument, type WorkflowDocument } from "../model/document";
import { select } from "../state/editor-store";
import { useDocument, useEditor, useEditorStore } from "../state/context";
import { ChangeList } from "./change-list";
import { changeItems } from "./changes";

export function documentOf(text: string | null | undefined): WorkflowDocument | null {
  const parsed = text === null || text === undefined ? null : parseDocument(text);
  return parsed?.ok ? parsed.document : null;
}

/** What differs from the current version, or from any one before. */
export function ChangesView() {
  const store = useEditorStore();
  const after = useDocument();
  const published = useEditor((state) => state.published);
  const [chosen, setChosen] = useState<number | null>(null);
  const reveal = useReveal();
  const version = chosen ?? published?.version ?? null;
  return (
    <aside className="insp" aria-label="Changes">
      <header>
        <div className="row">
          <h2 className="h2">Changes</h2>
          <button type="button" className="btn btn--quiet btn--icon btn--s push" aria-label="Close the changes" onClick={() => store.setState({ view: "canvas" })}>
            <X className="i" aria-hidden="true" />
          </button>
        </div>
        <VersionChoice value={version} onChoose={setChosen} />
      </header>
      <div className="form">
        {version === null ? (
          <p className="c2">It was never published: all of it is new.</p>
        ) : (
          <Compared
            version={version}
            after={after}
            onGo={(key) => {
              select(store, [key]);
              reveal(key, false);
            }}
          />
        )}
      </div>
    </aside>
  );
}

/** Marks on the canvas what was added or changed, while the two are compared. */
function useFates(before: WorkflowDocument | null, after: WorkflowDocument): void {
  const store = useEditorStore();
  useEffect(() => {
    if (!before) return undefined;
    const items = changeItems(diffDocuments(before, after), before, after);
    store.setState({ fates: new Map(items.flatMap((item) => (item.key === null || item.fate === "removed" ? [] : [[item.key, item.fate] as const]))) });
    return () => store.setState({ fates: null });
  }, [after, before, store]);
}

function VersionChoice({ value, onChoose }: { value: number | null; onChoose: (version: number) => void }) {
  const workspace = useWorkspace((state) => state.workspace);
  const workflow = useEditor((state) => state.workflow);
  const versions = useQuery(versionsOptions(workspace, workflow)).data ?? [];
  const names = useNames();
  if (value === null) return null;
  return (
    <label className="row">
      <span className="t12 c2 nowrap">Compared with</span>
      <select className="input input--s" value={value} onChange={(event) => onChoose(Number(event.target.value))}>
        {versions.length ? null : <option value={value}>Version {value}</option>}
        {versions.map((one) => (
          <option key={one.version} value={one.version}>
            Version {one.version}, {names(one.published_by)}, {exact(one.published_at)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Compared({ version, after, onGo }: { version: number; after: WorkflowDocument; onGo: (key: string) => void }) {
  const workspace = useWorkspace((state) => state.workspace);
  const workflow = useEditor((state) => state.workflow);
  const query = useQuery(versionTextOptions(workspace, workflow, version));
  const text = query.data?.text;
  const before = useMemo(() => documentOf(text), [text]);
  useFates(before, after);
  if (text === undefined) return <Skeleton rows={3} />;
  if (!before) return <p className="c2">The text of that version cannot be read here.</p>;
  return <ChangeList before={before} after={after} onGo={onGo} />;
}
