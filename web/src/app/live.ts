import type { QueryClient } from "@tanstack/react-query";

import { refreshException } from "@/features/exceptions/api";
import { refreshProposal } from "@/features/approvals/api";
import type { Change, Kind } from "@/lib/changes";

const REST_MS = 600;

/** Loads lists anew at once, and again after a rest if more came: a burst is two loads, not a hundred. */
function paced(load: (key: string) => void): (key: string) => void {
  const resting = new Map<string, boolean>();
  return function ask(key) {
    if (resting.has(key)) {
      resting.set(key, true);
      return;
    }
    resting.set(key, false);
    load(key);
    setTimeout(() => {
      const more = resting.get(key);
      resting.delete(key);
      if (more) ask(key);
    }, REST_MS);
  };
}

const LISTS: Record<Kind, readonly string[]> = {
  run: ["runs"],
  proposal: ["proposals-mine", "proposal-similar"],
  exception: ["exception-count"],
  ask: ["asks"],
  connection: ["connections"],
  workflow: ["workflows"],
  publish_request: ["publish-requests"],
};

/** What a change on the server means for what is held here. */
export function liveHandlers(client: QueryClient) {
  const list = paced((key) => void client.invalidateQueries({ queryKey: [key] }));
  const one = paced((key) => void client.invalidateQueries({ queryKey: key.split("/") }));
  return {
    onChange: (change: Change) => {
      one(`${change.kind}/${change.id}`);
      LISTS[change.kind].forEach(list);
      if (change.kind === "exception") refreshException(client, change.id, list);
      if (change.kind === "proposal") refreshProposal(client, change.id, list);
    },
    onReset: () => void client.invalidateQueries(),
  };
}
