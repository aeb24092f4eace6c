import { useMemo, useState } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Mark } from "@/components/mark";
import { Refusal } from "@/components/states";
import { capital, plural } from "@/lib/format";
import { useChange } from "@/lib/lists";
import { useByTwo } from "@/lib/publishing";
import { toast } from "@/lib/toasts";

import { askToPublish, publishText } from "../api";
import { checklist } from "../model/checklist";
import type { Problems } from "../dock/use-problems";
import { openOverlay, textOf } from "../state/editor-store";
import { useDocument, useEditor, useEditorStore } from "../state/context";
import { ChangeList } from "./change-list";
import { documentOf } from "./changes-view";
import { useAfterPublish } from "./use-after-publish";

/** Publishing, with everything that one should know before: what is missing, what differs, and what it means for what is open. */
export function PublishDialog({ problems }: { problems: Problems }) {
  const store = useEditorStore();
  const document = useDocument();
  const published = useEditor((state) => state.published);
  const before = useMemo(() => documentOf(published?.text), [published]);
  const missing = checklist(document).flatMap((part) => part.missing.map((words) => `${part.title}: ${words}`));
  const [withdraw, setWithdraw] = useState(false);
  const publish = usePublish(withdraw);
  const busy = publish.isPending;
  const byTwo = useByTwo();
  const [note, setNote] = useState<string | null>(null);
  const ask = useAsk(note ?? "");
  const asks = byTwo === true || note !== null;
  const close = (): void => openOverlay(store, null);
  const blocked = problems.errors > 0 || missing.length > 0;
  return (
    <Dialog title={published ? `Publish version ${published.version + 1}` : "Publish the first version"} onClose={close} wide>
      {blocked ? <Blocked missing={missing} problems={problems} /> : <p className="read">Runs that are under way end with the version they began with; new ones begin with this one.</p>}
      {before ? <ChangeList before={before} after={document} /> : null}
      {asks ? (
        <>
          {byTwo ? <p className="note t12">Here a second person agrees to every version: whoever else may build looks at it and publishes it.</p> : null}
          <Field label="What they should look at">{(props) => <textarea {...props} className="input" rows={2} maxLength={2_000} value={note ?? ""} onChange={(event) => setNote(event.target.value)} />}</Field>
        </>
      ) : null}
      {published && !asks ? (
        <label className="pick">
          <input type="checkbox" checked={withdraw} onChange={(event) => setWithdraw(event.target.checked)} />
          <span>
            <span className="med">Withdraw open proposals of older versions</span>
            <span className="t12 c3">Each takes the exception path of its step. Else they stay as they are, with their version on them.</span>
          </span>
        </label>
      ) : null}
      <Refusal error={publish.error ?? ask.error} />
      <footer>
        <button type="button" className="btn" onClick={close}>
          Not yet
        </button>
        <button type="button" className={asks ? "btn btn--go" : "btn"} disabled={blocked || busy || ask.isPending || problems.checking} onClick={() => (asks ? ask.mutate(undefined) : setNote(""))}>
          {ask.isPending ? "Asking" : "Ask for a second person"}
        </button>
        {asks ? null : (
          <button type="button" className="btn btn--go" disabled={blocked || busy || problems.checking || byTwo === undefined} onClick={() => publish.mutate(undefined)}>
            {busy ? "Publishing" : problems.checking ? "Checking" : "Publish"}
          </button>
        )}
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
  const after = useAfterPublish();
  return useChange(async () => {
    const text = textOf(store.getState());
    after(await publishText(text, withdraw), text);
  });
}

/** Somebody else looks at it and publishes it. */
function useAsk(note: string) {
  const store = useEditorStore();
  return useChange(async () => {
    const { workflow } = store.getState();
    const asked = await askToPublish(workflow, textOf(store.getState()), note);
    toast("Asked. Whoever else may build finds it on Today and here.");
    openOverlay(store, null);
    return asked;
  }, "publish-requests");
}
