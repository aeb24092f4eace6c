import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { useChange, useListOf } from "@/lib/lists";
import { PAGE, usePages } from "@/lib/pages";
import { useWorkspace } from "@/lib/workspace";

export type Workflow = components["schemas"]["WorkflowView"];
export type WorkflowDetail = components["schemas"]["WorkflowDetail"];
export type Trigger = components["schemas"]["TriggerView"];
export type Run = components["schemas"]["RunView"];
export type Day = components["schemas"]["StraightThroughView"];
export type Version = components["schemas"]["VersionView"];

const DAY_MS = 86_400_000;
/** How far back a card looks. */
export const CARD_DAYS = 28;

export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

export function useWorkflowList() {
  const workspace = useWorkspace((state) => state.workspace);
  return usePages<Workflow>({
    key: ["workflows", workspace, "pages"],
    load: (after) => answered(api.GET("/api/v1/workflows", { params: { query: { limit: PAGE, ...(after ? { after } : {}) } } })),
    all: true,
  });
}

export function useDrafts() {
  return useListOf<components["schemas"]["DraftView"]>(["workflows", "drafts"], () => answered(api.GET("/api/v1/drafts", { params: { query: { limit: 200 } } })));
}

export const workflowOptions = (workspace: string | null, id: string, version?: number) =>
  queryOptions({
    queryKey: ["workflow", id, workspace, "whole", version ?? "current"],
    queryFn: () => answered(api.GET("/api/v1/workflows/{workflow}", { params: { path: { workflow: id }, query: version === undefined ? {} : { version } } })),
  });

export function useTriggers() {
  return useListOf<Trigger>(["workflows", "triggers"], () => answered(api.GET("/api/v1/triggers")));
}

/** Days of all workflows, or of one, up to today. */
export function useDays(workflow?: string, days = CARD_DAYS) {
  const workspace = useWorkspace((state) => state.workspace);
  const to = dayOf(new Date());
  const from = dayOf(new Date(Date.now() - (days - 1) * DAY_MS));
  return useQuery({
    queryKey: ["runs", "straight-through", workspace, from, to, workflow ?? ""],
    queryFn: () => answered(api.GET("/api/v1/figures/straight-through", { params: { query: { from, to, ...(workflow ? { workflow } : {}) } } })),
    select: (list) => list.items,
    staleTime: 60_000,
  });
}

export interface OpenExceptions {
  byWorkflow: ReadonlyMap<string, number>;
  /** They were read: until then none is not the same as nothing. */
  known: boolean;
  /** There are more than were read: the counts are lower bounds. */
  partial: boolean;
}

/** How many exceptions are open, by workflow: of those that are due first. */
export function useOpenExceptions(): OpenExceptions {
  const workspace = useWorkspace((state) => state.workspace);
  const { data } = useQuery({
    queryKey: ["exceptions", workspace, "by-workflow"],
    queryFn: () => answered(api.GET("/api/v1/exceptions", { params: { query: { limit: PAGE, state: "open", order: "due" } } })),
  });
  return useMemo(() => {
    const byWorkflow = new Map<string, number>();
    for (const { workflow } of data?.items ?? []) byWorkflow.set(workflow, (byWorkflow.get(workflow) ?? 0) + 1);
    return { byWorkflow, known: data !== undefined, partial: Boolean(data?.next) };
  }, [data]);
}

/** The newest run of each workflow: most are among the newest of all, the others are asked for one by one. */
export function useLastRuns(workflows: readonly Workflow[]): ReadonlyMap<string, Run | null> {
  const workspace = useWorkspace((state) => state.workspace);
  const recent = useQuery({ queryKey: ["runs", workspace, "newest"], queryFn: () => answered(api.GET("/api/v1/runs", { params: { query: { limit: 100 } } })) }).data?.items;
  const byWorkflow = new Map<string, Run | null>();
  for (const run of recent ?? []) if (!byWorkflow.has(run.workflow)) byWorkflow.set(run.workflow, run);
  const rest = recent === undefined ? [] : workflows.filter((one) => !byWorkflow.has(one.workflow)).slice(0, 40);
  const asked = useQueries({
    queries: rest.map(({ workflow }) => ({
      queryKey: ["runs", workspace, "newest", workflow],
      queryFn: () => answered(api.GET("/api/v1/runs", { params: { query: { limit: 1, workflow } } })),
    })),
  });
  rest.forEach(({ workflow }, at) => {
    const found = asked[at]?.data;
    if (found) byWorkflow.set(workflow, found.items[0] ?? null);
  });
  return byWorkflow;
}

export function useRunsOf(workflow: string) {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({
    queryKey: ["runs", workspace, "of", workflow],
    queryFn: () => answered(api.GET("/api/v1/runs", { params: { query: { limit: 10, workflow } } })),
    select: (list) => list.items,
  });
}

export function useVersions(workflow: string) {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({
    queryKey: ["workflow", workflow, workspace, "version-list"],
    queryFn: () => answered(api.GET("/api/v1/workflows/{workflow}/versions", { params: { path: { workflow }, query: { limit: 50 } } })),
    select: (list) => list.items,
  });
}

export function useMisfires(workflow: string) {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({
    queryKey: ["workflows", workspace, workflow, "misfires"],
    queryFn: () => answered(api.GET("/api/v1/misfires", { params: { query: { workflow } } })),
    select: (list) => list.items,
  });
}

/** Starts a run by hand. The key is kept with the run: a second press finds the same one. */
export function useStart(workflow: string) {
  return useChange(({ event, key }: { event: unknown; key: string }) => answered(api.POST("/api/v1/workflows/{workflow}/runs", { params: { path: { workflow } }, headers: { "Idempotency-Key": key }, body: { event } })), "runs");
}
