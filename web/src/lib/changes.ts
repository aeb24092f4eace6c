import { useEffect } from "react";

import { setReach, useConnection } from "./connection";
import { signInNeeded } from "./session";

export const KINDS = ["run", "proposal", "exception", "ask", "connection", "workflow", "publish_request"] as const;
export type Kind = (typeof KINDS)[number];

export interface Change {
  kind: Kind;
  workspace: string;
  id: string;
  state: string;
  revision: number;
}

interface Handlers {
  onChange: (change: Change) => void;
  /** Something may have been missed: everything is to be loaded anew. */
  onReset: () => void;
}

const isChange = (value: unknown): value is Change =>
  typeof value === "object" && value !== null && "kind" in value && "id" in value && KINDS.includes(value.kind as Kind);

function listen(source: EventSource, onChange: Handlers["onChange"]): void {
  for (const kind of KINDS) {
    source.addEventListener(kind, (event: MessageEvent<string>) => {
      const change: unknown = JSON.parse(event.data);
      if (isChange(change)) onChange(change);
    });
  }
}

/** Tries again where the network comes or goes, and where a request found nobody: the stream may hang on a dead connection. */
function tryWhenNews(again: () => void, isRetrying: () => boolean): () => void {
  const stop = useConnection.subscribe(({ reach }) => {
    if (reach !== "live" && !isRetrying()) again();
  });
  window.addEventListener("online", again);
  window.addEventListener("offline", again);
  return () => {
    stop();
    window.removeEventListener("online", again);
    window.removeEventListener("offline", again);
  };
}

/** Follows the server's stream of changes until the answer is called. */
export function follow(workspace: string, { onChange, onReset }: Handlers): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  let ended = false;
  let retrying = false;

  const again = () => {
    if (ended) return;
    source?.close();
    retrying = true;
    setReach(navigator.onLine ? "reconnecting" : "offline");
    clearTimeout(timer);
    timer = setTimeout(open, Math.min(500 * 2 ** tries++, 10_000));
  };

  const signInFirst = () => {
    source?.close();
    // Whoever signs in: the page that is shown then wants its changes.
    void signInNeeded().then(again, again);
  };

  /** A stream that is refused says no reason; a request does. */
  const broken = () => {
    again();
    fetch("/api/v1/me").then(
      ({ status }) => {
        if (status !== 401 || ended) return;
        clearTimeout(timer);
        signInFirst();
      },
      () => undefined,
    );
  };

  function open(): void {
    source = new EventSource(`/api/v1/changes?workspace=${encodeURIComponent(workspace)}`);
    source.addEventListener("ready", () => {
      retrying = false;
      setReach("live");
      // Behind a gap the stream's memory may not reach back far enough.
      if (tries > 0) onReset();
      tries = 0;
    });
    source.addEventListener("reset", onReset);
    source.addEventListener("end", (event: MessageEvent<string>) => {
      if (event.data.includes("signed_out")) signInFirst();
      else again();
    });
    listen(source, onChange);
    source.onerror = broken;
  }

  const deaf = tryWhenNews(again, () => retrying);
  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
    deaf();
  };
}

export function useChanges(workspace: string | null, handlers: Handlers): void {
  useEffect(() => (workspace === null ? undefined : follow(workspace, handlers)), [workspace, handlers]);
}
