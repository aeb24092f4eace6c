import clsx from "clsx";
import { Ellipsis } from "lucide-react";
import { useMemo } from "react";

import { CrumbUp } from "@/components/crumb";
import { Segments } from "@/components/field";
import { Mark, type MarkName } from "@/components/mark";
import { Menu, MenuItem, MenuLine } from "@/components/menu";
import { clockTime, plural } from "@/lib/format";

import { checklist, missingCount } from "./model/checklist";
import { diffDocuments } from "./model/diff/diff";
import { fieldAt, parseDocument } from "./model/document";
import { asText } from "./model/text/value";
import type { Problems } from "./dock/use-problems";
import { download } from "./download";
import { openOverlay, textOf, type View } from "./state/editor-store";
import { SecondPersonChip } from "./publish/second-person";
import { useDocument, useEditor, useEditorStore } from "./state/context";

/** The bar above: where one is, what is kept, the stage, the views, and publishing. */
export function EditorBar({ problems }: { problems: Problems }) {
  const store = useEditorStore();
  const document = useDocument();
  const workflow = useEditor((state) => state.workflow);
  const view = useEditor((state) => state.view);
  const changes = useChangeCount();
  const readOnly = useEditor((state) => state.readOnly);
  const title = asText(fieldAt(document, ["title"])) ?? workflow;
  return (
    <header className="top top--editor">
      <div className="crumb">
        <CrumbUp to="/workflows" name="Workflows" />
        <h1 className="crumb-title" title={title}>
          {title}
        </h1>
      </div>
      <DraftChip />
      <SecondPersonChip />
      {readOnly ? (
        <span className="chip" title="Steps are changed on a page of at least 1024 px, by those who may build">
          Read only
        </span>
      ) : (
        <SavedWords />
      )}
      <Stages />
      <Segments<View>
        label="View"
        value={view}
        options={[
          { value: "canvas", label: "Canvas" },
          { value: "text", label: "Text" },
          { value: "changes", label: changes ? `Changes ${changes}` : "Changes" },
        ]}
        onChange={(next) => store.setState({ view: next })}
      />
      {readOnly ? null : <PublishButton problems={problems} />}
      <MoreMenu />
    </header>
  );
}

function useChangeCount(): number {
  const document = useDocument();
  const published = useEditor((state) => state.published?.text ?? null);
  const before = useMemo(() => {
    const parsed = published === null ? null : parseDocument(published);
    return parsed?.ok ? parsed.document : null;
  }, [published]);
  return useMemo(() => {
    if (!before) return 0;
    const { counts } = diffDocuments(before, document);
    return counts.added + counts.removed + counts.changed + counts.edges + counts.fields;
  }, [before, document]);
}

function DraftChip() {
  const published = useEditor((state) => state.published);
  const basedOn = useEditor((state) => state.saving.basedOn);
  const same = useEditor((state) => state.published?.text === textOf(state));
  if (published && same) return <span className="chip chip--line">Version {published.version}</span>;
  if (published && basedOn !== null && basedOn < published.version) {
    return (
      <span className="chip chip--exc" title={`Version ${published.version} was published meanwhile`}>
        <Mark name="soon" />
        Draft of v{basedOn}, v{published.version} is newer
      </span>
    );
  }
  return <span className="chip chip--line">{published ? `Draft of v${published.version}` : "Never published"}</span>;
}

function SavedWords() {
  const { status, savedAt, failure } = useEditor((state) => state.saving);
  const store = useEditorStore();
  if (status === "conflict") {
    return (
      <button type="button" className="btn btn--s btn--no" onClick={() => openOverlay(store, { kind: "conflict" })}>
        <Mark name="soon" />
        Saved elsewhere too
      </button>
    );
  }
  const words = {
    saved: savedAt === null ? "No changes" : `Saved ${clockTime(savedAt).slice(0, 5)}`,
    dirty: "Saving soon",
    saving: "Saving",
    failed: "Kept in this browser",
    local: "Kept in this browser",
  }[status];
  return (
    <span className="t12 c3 saved" role="status" title={failure ?? undefined}>
      {words}
    </span>
  );
}

const STAGES: readonly (readonly [stage: string, words: string, mark: MarkName])[] = [
  ["draft", "Draft", "draft"],
  ["shadow", "Shadow", "skip"],
  ["review", "Review", "gate"],
  ["live", "Live", "done"],
];

function Stages() {
  const stage = asText(fieldAt(useDocument(), ["review", "stage"])) ?? "";
  const at = STAGES.findIndex(([name]) => name === stage);
  return (
    <ol className="stages push" aria-label="Rollout stage">
      {STAGES.map(([name, words, mark], index) => (
        <li key={name} className={clsx(index > at && "ahead", `stage--${name}`)} aria-current={name === stage ? "step" : undefined}>
          <Mark name={index > at ? "idle" : mark} />
          {words}
        </li>
      ))}
    </ol>
  );
}

function PublishButton({ problems }: { problems: Problems }) {
  const store = useEditorStore();
  const missing = missingCount(checklist(useDocument()));
  const count = Math.max(missing, problems.errors);
  const changed = useEditor((state) => state.published?.text !== textOf(state));
  return (
    <button type="button" className={count || !changed ? "btn btn--s" : "btn btn--s btn--go"} onClick={() => openOverlay(store, { kind: "publish" })}>
      {count ? `Publish, ${plural(count, "answer")} missing` : "Publish"}
    </button>
  );
}

function MoreMenu() {
  const store = useEditorStore();
  const workflow = useEditor((state) => state.workflow);
  const readOnly = useEditor((state) => state.readOnly);
  return (
    <Menu
      trigger={
        <button type="button" className="btn btn--quiet btn--icon btn--s" aria-label="More">
          <Ellipsis className="i" aria-hidden="true" />
        </button>
      }
    >
      <MenuItem onSelect={() => openOverlay(store, { kind: "versions" })}>Versions</MenuItem>
      <MenuItem onSelect={() => download(textOf(store.getState()), `${workflow}.yaml`)}>Download the text</MenuItem>
      <MenuLine />
      <MenuItem disabled={readOnly} onSelect={() => openOverlay(store, { kind: "import" })}>
        Import a text or an n8n export
      </MenuItem>
    </Menu>
  );
}
