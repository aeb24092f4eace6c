import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { useMemo } from "react";

import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { useChange } from "@/lib/lists";
import { useNow } from "@/lib/now";
import { before, heldItems, PAGE, patchPages, usePages } from "@/lib/pages";
import { useWorkspace } from "@/lib/workspace";

export type Proposal = components["schemas"]["ProposalView"];
export type ProposalDetail = components["schemas"]["ProposalDetailView"];
export type Operation = components["schemas"]["OperationView"];
export type Field = components["schemas"]["FieldView"];
export type Decision = components["schemas"]["DecisionBody"];

export type Comment = components["schemas"]["ProposalCommentView"];

export type Show = "mine" | "open" | "snoozed" | "decided";
export const SHOWS: readonly Show[] = ["mine", "open", "snoozed", "decided"];

/** What is snoozed is one's own: both lists are parts of one answer. */
const asks: Record<Exclude<Show, "snoozed">, { asked?: string; state?: string }> = {
  mine: { asked: "me" },
  open: { state: "open" },
  decided: { state: "any" },
};

export const isSnoozed = (one: Proposal, now: Date): boolean => Boolean(one.snoozed_until && new Date(one.snoozed_until) > now);

/** Strictly by deadline; of the same deadline the oldest first. */
export const byDeadline = (one: Proposal, other: Proposal): number =>
  before(one.expires_at, other.expires_at) || before(one.opened_at, other.opened_at);

const byEnd = (one: Proposal, other: Proposal): number => before(other.closed_at ?? "", one.closed_at ?? "");

export function useProposals(show: Show) {
  const workspace = useWorkspace((state) => state.workspace);
  const now = useNow();
  const asked = show === "snoozed" ? "mine" : show;
  const list = usePages<Proposal>({
    key: ["proposals", workspace, asked],
    load: (after) => answered(api.GET("/api/v1/proposals", { params: { query: { limit: PAGE, ...asks[asked], ...(show === "decided" ? {} : { order: "due" }), ...(after ? { after } : {}) } } })),
    // What was decided is a long history: its newest page is enough.
    all: show !== "decided",
  });
  const items = useMemo(() => (show === "decided" ? list.items.filter((one) => one.closed_at).sort(byEnd) : [...list.items].sort(byDeadline)), [list.items, show]);
  const some = useMemo(() => items.some((one) => one.snoozed_until), [items]);
  // Only what was put off depends on the time; everything else stays the same list.
  const shown = useMemo(() => (show === "snoozed" || (show === "mine" && some) ? items.filter((one) => isSnoozed(one, now) === (show === "snoozed")) : items), [items, show, some, now]);
  return { ...list, items: shown };
}

export function useMineCount(): string | undefined {
  const workspace = useWorkspace((state) => state.workspace);
  const now = useNow();
  const { data } = useQuery({
    queryKey: ["proposals-mine", workspace],
    queryFn: () => answered(api.GET("/api/v1/proposals", { params: { query: { limit: PAGE, asked: "me" } } })),
    enabled: workspace !== null,
  });
  const count = data?.items.filter((one) => !isSnoozed(one, now)).length ?? 0;
  if (!data || count === 0) return undefined;
  return data.next ? `${count}+` : count.toString();
}

export const proposalOptions = (id: string) =>
  queryOptions({
    queryKey: ["proposal", id],
    queryFn: () => answered(api.GET("/api/v1/proposals/{proposal}", { params: { path: { proposal: id } } })),
  });

/** What was decided about the same before. */
export const similarOptions = (id: string) =>
  queryOptions({
    queryKey: ["proposal-similar", id],
    queryFn: () => answered(api.GET("/api/v1/proposals/{proposal}/similar", { params: { path: { proposal: id } } })),
    staleTime: 60_000,
  });

/** What began the run: its event's keys, for "why now". */
export const causeOptions = (run: string) =>
  queryOptions({
    queryKey: ["run", run],
    queryFn: () => answered(api.GET("/api/v1/runs/{run}", { params: { path: { run } } })),
    staleTime: 60_000,
  });

export function useDecide(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Decision) => answered(api.POST("/api/v1/proposals/{proposal}/decision", { params: { path: { proposal: id } }, body })),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["proposal", id] });
      void client.invalidateQueries({ queryKey: ["proposals"] });
      void client.invalidateQueries({ queryKey: ["proposals-mine"] });
      void client.invalidateQueries({ queryKey: ["proposal-group"] });
    },
  });
}

/** What is said or put off stands in the proposal and in one's own list. */
const BESIDE = ["proposal", "proposals", "proposals-mine"] as const;

export const useComment = (id: string) =>
  useChange((body: components["schemas"]["ProposalCommentRequest"]) => answered(api.POST("/api/v1/proposals/{proposal}/comments", { params: { path: { proposal: id } }, body })), ...BESIDE);

/** Puts it off until a time, or takes that back. */
export const useSnooze = (id: string) =>
  useChange((until: string | null) => {
    const params = { path: { proposal: id } };
    return until === null ? answered(api.DELETE("/api/v1/proposals/{proposal}/snooze", { params })) : answered(api.PUT("/api/v1/proposals/{proposal}/snooze", { params, body: { until } }));
  }, ...BESIDE);

export const groupOptions = (shape: string) =>
  queryOptions({
    queryKey: ["proposal-group", shape],
    queryFn: () => answered(api.GET("/api/v1/proposals/groups/{shape}", { params: { path: { shape }, query: { limit: PAGE } } })),
    retry: false,
  });

export function useDecideMany(shape: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: components["schemas"]["ManyRequest"]) =>
      answered(api.POST("/api/v1/proposals/groups/{shape}/decisions", { params: { path: { shape } }, body })),
    onSettled: () => void client.invalidateQueries(),
  });
}

/** A change of one proposal: short lists are loaded anew, in long ones the one item is replaced. */
export function refreshProposal(client: QueryClient, id: string, reload: (key: string) => void): void {
  if (heldItems(client, ["proposals"]) <= PAGE) {
    reload("proposals");
    return;
  }
  void answered(api.GET("/api/v1/proposals/{proposal}", { params: { path: { proposal: id } } })).then(
    (found) => {
      const known = patchPages<Proposal>(client, ["proposals"], (one) => one.proposal_id === id, found.state === "open" ? found : null);
      if (!known && found.state === "open") reload("proposals");
    },
    () => reload("proposals"),
  );
}
