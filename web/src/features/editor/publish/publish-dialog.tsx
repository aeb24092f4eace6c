import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { Dialog } from "@/components/dialog";
import { Mark } from "@/components/mark";
import { Refusal } from "@/components/states";
import { capital, plural } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { discardDraft, publishText } from "../api";
import { checklist } from "../model/checklist";
import type { Problems } from "../dock/use-problems";
import { useAutosave } from "../saving/use-autosave";
import { openOverlay, textOf } from "../state/editor-store";
import { useDocument, useEditor, useEditorStore } from "../state/context";
import { ChangeList } from "./change-list";
import { documentOf } from "./changes-view";

/** Publishing, with everything that one should know before: what is missing, what differs, and what it means for what is open. */
export function PublishDialog({ problems }: { problems: Problems }) {
  const store = useEditorStore();
  const document = useDocument();
  const published = useEditor((state) => state.published);
  const before = useMemo(() => documentOf(published?.text), [published]);
  const missing = checklist(document).flatMap((part) => part.missing.map((words) => `${part.title}: ${words}`));
  const [withdraw, setWithdraw] = useState(false);
  const { publish, busy, error } = usePublish(withdraw);
  const close = (): void => openOverlay(store, null);
  const blocked = problems.errors > 0 || missing.length > 0;
  return (
    <Dialog title={published ? `Publish version ${published.version + 1}` : "Publish the first version"} onClose={close} wide>
      {blocked ? <Blocked missing={missing} problems={problems} /> : <p className="read">Runs that are under way end with the version they began with; new ones begin with this one.</p>}
      {before ? <ChangeList before={before} after={document} /> : null}
      {published ? (
        <label className="pick">
          <input type="checkbox" checked={withdraw} onChange={(event) => setWithdraw(event.target.checked)} />
          <span>
            <span className="med">Withdraw open proposals of older versions</span>
            <span className="t12 c3">Each takes the exception path of its step. Else they stay as they are, with their version on them.</span>
          </span>
        </label>
      ) : null}
      <Refusal error={error} />
      <footer>
        <button type="button" className="btn" onClick={close}>
          Not yet
        </button>
        <button type="button" className="btn btn--go" disabled={blocked || busy || problems.checking} onClick={publish}>
          {busy ? "Publishing" : problems.checking ? "Checking" : "Publish"}
        </button>
      </footer>
    </Dialog>
  );
}

function Blocked({ missing, problems }: { missing: readonly string[]; problems: Problems }) {
  const errors = problems.problems.filter((problem) => problem.severity === "error");
  const said = errors.length ? errors.map((problem) => capital(problem.message)) : missing;
  return (
    <div className="note note--exc">
      <Mark name="soon" />
      <div>
        <b>{plural(said.length, "answer")} missing before it can be published.</b>
        <ul className="stack mt-1">
          {said.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function usePublish(withdraw: boolean) {
  const store = useEditorStore();
  const autosave = useAutosave();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const go = async (): Promise<void> => {
    const text = textOf(store.getState());
    const { workflow } = store.getState();
    const done = await publishText(text, withdraw);
    await discardDraft(workflow);
    store.setState({ published: { version: done.version, text } });
    autosave.published(done.version);
    void client.invalidateQueries({ queryKey: ["workflow"] });
    void client.invalidateQueries({ queryKey: ["workflows"] });
    toast(done.unchanged ? "It says the same as the current version" : `Version ${done.version} is published`);
    openOverlay(store, null);
  };
  const publish = (): void => {
    setBusy(true);
    setError(null);
    go()
      .catch((failed: unknown) => setError(failed instanceof Error ? failed : new Error("it could not be published")))
      .finally(() => setBusy(false));
  };
  return { publish, busy, error };
}
