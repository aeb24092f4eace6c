import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { useMemo } from "react";

import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { before, heldItems, PAGE, patchPages, usePages } from "@/lib/pages";
import { useWorkspace } from "@/lib/workspace";

export type Proposal = components["schemas"]["ProposalView"];
export type ProposalDetail = components["schemas"]["ProposalDetailView"];
export type Operation = components["schemas"]["OperationView"];
export type Field = components["schemas"]["FieldView"];
export type Decision = components["schemas"]["DecisionBody"];

export type Show = "mine" | "open" | "decided";
export const SHOWS: readonly Show[] = ["mine", "open", "decided"];

const asks: Record<Show, { asked?: string; state?: string }> = {
  mine: { asked: "me" },
  open: { state: "open" },
  decided: { state: "any" },
};

/** Strictly by deadline; of the same deadline the oldest first. */
export const byDeadline = (one: Proposal, other: Proposal): number =>
  before(one.expires_at, other.expires_at) || before(one.opened_at, other.opened_at);

const byEnd = (one: Proposal, other: Proposal): number => before(other.closed_at ?? "", one.closed_at ?? "");

export function useProposals(show: Show) {
  const workspace = useWorkspace((state) => state.workspace);
  const list = usePages<Proposal>({
    key: ["proposals", workspace, show],
    load: (after) => answered(api.GET("/api/v1/proposals", { params: { query: { limit: PAGE, ...asks[show], ...(show === "decided" ? {} : { order: "due" }), ...(after ? { after } : {}) } } })),
    // What was decided is a long history: its newest page is enough.
    all: show !== "decided",
  });
  const items = useMemo(() => (show === "decided" ? list.items.filter((one) => one.closed_at).sort(byEnd) : [...list.items].sort(byDeadline)), [list.items, show]);
  return { ...list, items };
}

export function useMineCount(): string | undefined {
  const workspace = useWorkspace((state) => state.workspace);
  const { data } = useQuery({
    queryKey: ["proposals-mine", workspace],
    queryFn: () => answered(api.GET("/api/v1/proposals", { params: { query: { limit: PAGE, asked: "me" } } })),
    enabled: workspace !== null,
  });
  if (!data || data.items.length === 0) return undefined;
  return data.next ? `${data.items.length}+` : data.items.length.toString();
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
