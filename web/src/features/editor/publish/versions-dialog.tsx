import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { Dialog } from "@/components/dialog";
import { Empty, Failed, Skeleton } from "@/components/states";
import { exact } from "@/lib/format";
import { useNames } from "@/lib/people";
import { toast } from "@/lib/toasts";
import { useWorkspace } from "@/lib/workspace";

import { versionsOptions, versionTextOptions, type Version } from "../api";
import { download } from "../download";
import { openOverlay, writeText } from "../state/editor-store";
import { useDocument, useEditor, useEditorStore } from "../state/context";
import { ChangeList } from "./change-list";
import { documentOf } from "./changes-view";

/** Who published what and when, and what differs from now. */
export function VersionsDialog() {
  const store = useEditorStore();
  const workspace = useWorkspace((state) => state.workspace);
  const workflow = useEditor((state) => state.workflow);
  const query = useQuery(versionsOptions(workspace, workflow));
  const [chosen, setChosen] = useState<number | null>(null);
  const names = useNames();
  return (
    <Dialog title="Versions" onClose={() => openOverlay(store, null)} wide>
      {query.data === undefined ? query.error ? <Failed error={query.error} again={() => void query.refetch()} /> : <Skeleton rows={3} /> : null}
      {query.data?.length === 0 ? <Empty title="It was never published">Publishing makes the first version. Until then it is a draft that runs nothing.</Empty> : null}
      <ul className="list">
        {query.data?.map((version) => (
          <li key={version.version} className="version">
            <button type="button" className="link med" aria-expanded={chosen === version.version} onClick={() => setChosen(chosen === version.version ? null : version.version)}>
              Version {version.version}
            </button>
            <span className="c2">{version.written_by ? `${names(version.written_by)}, agreed by ${names(version.published_by)}` : names(version.published_by)}</span>
            <span className="c3 push">{exact(version.published_at)}</span>
            {chosen === version.version ? <VersionBody version={version} /> : null}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function VersionBody({ version }: { version: Version }) {
  const store = useEditorStore();
  const workspace = useWorkspace((state) => state.workspace);
  const workflow = useEditor((state) => state.workflow);
  const readOnly = useEditor((state) => state.readOnly);
  const now = useDocument();
  const text = useQuery(versionTextOptions(workspace, workflow, version.version)).data?.text;
  const document = useMemo(() => documentOf(text), [text]);
  if (text === undefined) return <Skeleton rows={2} />;
  const take = (): void => {
    writeText(store, text, `Go back to version ${version.version}`);
    toast(`The draft says what version ${version.version} said; undo brings it back`);
    openOverlay(store, null);
  };
  return (
    <div className="stack version-body">
      <p className="t12 c3">From that version to the draft:</p>
      {document ? <ChangeList before={document} after={now} /> : null}
      <div className="row">
        {readOnly ? null : (
          <button type="button" className="btn btn--s" onClick={take}>
            Take it as the draft
          </button>
        )}
        <button type="button" className="btn btn--s" onClick={() => download(text, `${workflow}-v${version.version}.yaml`)}>
          Download
        </button>
      </div>
    </div>
  );
}
