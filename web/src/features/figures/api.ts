import { useQuery } from "@tanstack/react-query";

import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { PAGE, usePages } from "@/lib/pages";
import { useWorkspace } from "@/lib/workspace";

export type Day = components["schemas"]["StraightThroughView"];
export type Exception = components["schemas"]["ExceptionView"];
export type Proposal = components["schemas"]["ProposalView"];

const DAY_MS = 86_400_000;
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** The days of a period up to today, as the server counts days. */
export function periodOf(days: number, now: Date): { from: string; to: string; days: readonly string[] } {
  const all = Array.from({ length: days }, (_, at) => dayOf(new Date(now.getTime() - (days - 1 - at) * DAY_MS)));
  return { from: all[0] ?? dayOf(now), to: all.at(-1) ?? dayOf(now), days: all };
}

export function useDays(from: string, to: string, workflow: string | undefined) {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({
    queryKey: ["runs", "straight-through", workspace, from, to, workflow ?? ""],
    queryFn: () => answered(api.GET("/api/v1/figures/straight-through", { params: { query: { from, to, ...(workflow ? { workflow } : {}) } } })),
    select: (list) => list.items,
    staleTime: 60_000,
  });
}

/** All that is open now; the nearest deadline first. */
export function useOpen(workflow: string | undefined) {
  const workspace = useWorkspace((state) => state.workspace);
  return usePages<Exception>({
    key: ["exceptions", workspace, "figures", workflow ?? ""],
    load: (after) => answered(api.GET("/api/v1/exceptions", { params: { query: { limit: PAGE, state: "open", order: "due", snoozed: true, ...(workflow ? { workflow } : {}), ...(after ? { after } : {}) } } })),
    all: true,
  });
}

/** The newest that were resolved: what a page holds, and no more. */
export function useResolved(workflow: string | undefined) {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({
    queryKey: ["exceptions", workspace, "figures-resolved"],
    queryFn: () => answered(api.GET("/api/v1/exceptions", { params: { query: { limit: PAGE, state: "resolved" } } })),
    select: (list) => list.items.filter((one) => one.resolved_at && (!workflow || one.workflow === workflow)),
  });
}

/** The newest proposals that somebody decided. */
export function useDecided(workflow: string | undefined) {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({
    queryKey: ["proposals", workspace, "figures-decided"],
    queryFn: () => answered(api.GET("/api/v1/proposals", { params: { query: { limit: PAGE, state: "any" } } })),
    select: (list) => list.items.filter((one) => one.closed_at && one.state !== "expired" && one.state !== "superseded" && (!workflow || one.workflow === workflow)),
  });
}
