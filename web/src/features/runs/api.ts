import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { usePages } from "@/lib/pages";
import { useWorkspace } from "@/lib/workspace";

export type Run = components["schemas"]["RunView"];
export type RunDetail = components["schemas"]["RunDetail"];
export type Step = components["schemas"]["StepView"];
export type Effect = components["schemas"]["EffectView"];
export type Retry = components["schemas"]["RetryBody"];

export const STATUSES = ["queued", "running", "waiting", "succeeded", "failed", "cancelled"] as const;
export type Status = (typeof STATUSES)[number];

export interface RunFilter {
  status?: string;
  workflow?: string;
  key?: string;
  since?: string;
}

const SPANS: Record<string, number> = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 };
export const SINCE = Object.keys(SPANS);

/** The start of "the last hour" and the like, to the minute, so that a list is not another one each second. */
export function sinceTime(since: string | undefined, now: Date): string | undefined {
  const span = since === undefined ? undefined : SPANS[since];
  return span === undefined ? undefined : new Date(Math.floor((now.getTime() - span) / 60_000) * 60_000).toISOString();
}

export function useRuns({ since, ...filter }: RunFilter) {
  const workspace = useWorkspace((state) => state.workspace);
  return usePages<Run>({
    key: ["runs", workspace, filter, since],
    load: (after) => {
      const from = sinceTime(since, new Date());
      return answered(api.GET("/api/v1/runs", { params: { query: { limit: 100, ...filter, ...(from ? { since: from } : {}), ...(after ? { after } : {}) } } }));
    },
    all: false,
  });
}

export const runOptions = (id: string) =>
  queryOptions({
    queryKey: ["run", id],
    queryFn: () => answered(api.GET("/api/v1/runs/{run}", { params: { path: { run: id } } })),
  });

export const logOptions = (id: string) =>
  queryOptions({
    queryKey: ["run", id, "log"],
    queryFn: () => answered(api.GET("/api/v1/runs/{run}", { params: { path: { run: id }, query: { log: true } } })),
    select: (run) => run.log ?? [],
  });

export function useWorkflows(): readonly string[] {
  const workspace = useWorkspace((state) => state.workspace);
  const { data } = useQuery({
    queryKey: ["workflows", workspace],
    queryFn: () => answered(api.GET("/api/v1/workflows", { params: { query: { limit: 200 } } })),
    staleTime: 60_000,
  });
  return data?.items.map((one) => one.workflow) ?? [];
}

/** Shows what is hidden, for a reason that everybody reads; kept nowhere but in the page that asked. */
export function useReveal(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => answered(api.POST("/api/v1/runs/{run}/reveal", { params: { path: { run: id } }, body: { reason } })),
    gcTime: 0,
    onSuccess: () => void client.invalidateQueries({ queryKey: ["run", id] }),
  });
}

export function useCancel(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answered(api.POST("/api/v1/runs/{run}/cancel", { params: { path: { run: id } } })),
    onSettled: () => void client.invalidateQueries({ queryKey: ["run", id] }),
  });
}

export function useRetry(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Retry) => answered(api.POST("/api/v1/runs/{run}/retry", { params: { path: { run: id } }, body })),
    onSettled: () => void client.invalidateQueries({ queryKey: ["run", id] }),
  });
}
