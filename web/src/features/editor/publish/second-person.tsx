import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Mark } from "@/components/mark";
import { Failed, Refusal, Skeleton } from "@/components/states";
import { Ago } from "@/components/time";
import { useChange } from "@/lib/lists";
import { useMe, useRight } from "@/lib/me";
import { useNames } from "@/lib/people";
import { usePublishRequests, type PublishRequest } from "@/lib/publishing";
import { toast } from "@/lib/toasts";

import { agreeToPublish, publishRequestOptions, sendBack, withdrawRequest } from "../api";
import { openOverlay, textOf } from "../state/editor-store";
import { useEditor, useEditorStore } from "../state/context";
import { ChangeList } from "./change-list";
import { documentOf } from "./changes-view";
import { useAfterPublish } from "./use-after-publish";

/** The request about this workflow that waits, if there is one. */
export function useOpenRequest(): PublishRequest | undefined {
  const workflow = useEditor((state) => state.workflow);
  return usePublishRequests().items.find((one) => one.workflow === workflow);
}

/** Beside the version: somebody is asked to look. */
export function SecondPersonChip() {
  const store = useEditorStore();
  const request = useOpenRequest();
  if (!request) return null;
  return (
    <button type="button" className="btn btn--s" onClick={() => openOverlay(store, { kind: "second" })}>
      <Mark name="gate" />
      Waits for a second person
    </button>
  );
}

/** What a second person looks at, and what they can do about it. */
export function SecondPersonDialog() {
  const store = useEditorStore();
  const request = useOpenRequest();
  const close = (): void => openOverlay(store, null);
  return (
    <Dialog title="Waits for a second person" onClose={close} wide>
      {request ? <Body request={request} close={close} key={request.request_id} /> : <p className="c2">Nobody is asked any more: it was published, sent back or taken back.</p>}
    </Dialog>
  );
}

function Body({ request, close }: { request: PublishRequest; close: () => void }) {
  const names = useNames();
  const query = useQuery(publishRequestOptions(request.request_id));
  const published = useEditor((state) => state.published);
  const draft = useEditor(textOf);
  const text = query.data?.text;
  const before = useMemo(() => documentOf(published?.text), [published]);
  const after = useMemo(() => documentOf(text), [text]);
  if (text === undefined) return query.error ? <Failed error={query.error} again={() => void query.refetch()} /> : <Skeleton rows={4} />;
  return (
    <>
      <p className="read">
        <b className="med">{names(request.asked_by)}</b> asked <Ago time={request.asked_at} />
        {request.note ? ":" : "."}
      </p>
      {request.note ? <blockquote className="note breaks comment-text">{request.note}</blockquote> : null}
      <p className="t12 c3">{published ? `From version ${published.version}, which runs now:` : "It was never published: all of it is new."}</p>
      {before && after ? <ChangeList before={before} after={after} /> : null}
      {draft === text ? null : <p className="note t12">The draft on this page says something else by now. What is listed here is what would be published.</p>}
      <Decide request={request} text={text} close={close} />
    </>
  );
}

function Decide({ request, text, close }: { request: PublishRequest; text: string; close: () => void }) {
  const me = useMe()?.person_id;
  const builds = useRight("build");
  if (builds === false) return <p className="note t12">You may look, not publish: that comes with the role builder.</p>;
  return me === request.asked_by ? <Own request={request} close={close} /> : <Second request={request} text={text} close={close} />;
}

function Own({ request, close }: { request: PublishRequest; close: () => void }) {
  const withdraw = useChange(() => withdrawRequest(request.request_id), "publish-requests");
  const done = (): void => {
    toast("Taken back. The draft stays.");
    close();
  };
  return (
    <>
      <p className="note t12">You asked, so somebody else who may build decides.</p>
      <Refusal error={withdraw.error} />
      <footer>
        <button type="button" className="btn" onClick={close}>
          Back
        </button>
        <button type="button" className="btn btn--no" disabled={withdraw.isPending} onClick={() => withdraw.mutate(undefined, { onSuccess: done })}>
          Take it back
        </button>
      </footer>
    </>
  );
}

function Second({ request, text, close }: { request: PublishRequest; text: string; close: () => void }) {
  const published = useEditor((state) => state.published);
  const [words, setWords] = useState<string | null>(null);
  const after = useAfterPublish();
  const agree = useChange(() => agreeToPublish(request, published?.version ?? null), "publish-requests");
  const back = useChange((why: string) => sendBack(request.request_id, why), "publish-requests");
  const busy = agree.isPending || back.isPending;
  const publish = (): void => agree.mutate(undefined, { onSuccess: (done) => after(done, text) });
  const send = (): void => {
    if (words === null) setWords("");
    else
      back.mutate(words.trim(), {
        onSuccess: () => {
          toast("Sent back, with what you said.");
          close();
        },
      });
  };
  return (
    <>
      {words === null ? null : <Field label="What is to be changed">{(props) => <textarea {...props} className="input" rows={3} value={words} onChange={(event) => setWords(event.target.value)} />}</Field>}
      <Refusal error={agree.error ?? back.error} />
      <footer>
        <button type="button" className="btn" onClick={close}>
          Back
        </button>
        <button type="button" className="btn btn--no" disabled={busy || (words !== null && words.trim() === "")} onClick={send}>
          Send it back
        </button>
        <button type="button" className="btn btn--go" disabled={busy || words !== null} onClick={publish}>
          {agree.isPending ? "Publishing" : "Publish it"}
        </button>
      </footer>
    </>
  );
}
