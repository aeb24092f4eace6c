import { useQuery } from "@tanstack/react-query";

import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { PAGE, usePages } from "@/lib/pages";
import { useWorkspace } from "@/lib/workspace";

export type Passage = components["schemas"]["StraightThroughView"];
export type Connection = components["schemas"]["ConnectionView"];
export type Trigger = components["schemas"]["TriggerView"];

export type Ask = components["schemas"]["AskView"];

/** Questions of workflows that nobody has answered yet. */
export function useAsks() {
  const workspace = useWorkspace((state) => state.workspace);
  return usePages<Ask>({ key: ["asks", workspace], load: (after) => answered(api.GET("/api/v1/asks", { params: { query: { limit: PAGE, ...(after ? { after } : {}) } } })), all: true });
}

const day = (time: Date): string => time.toISOString().slice(0, 10);
const DAY = 86_400_000;

/** What passed since yesterday, by workflow. */
export function usePassages() {
  const workspace = useWorkspace((state) => state.workspace);
  const today = day(new Date());
  return useQuery({
    queryKey: ["runs", "straight-through", workspace, today],
    queryFn: () => answered(api.GET("/api/v1/figures/straight-through", { params: { query: { from: day(new Date(Date.now() - DAY)), to: today } } })),
    select: (list) => sums(list.items),
  });
}

export interface Sum {
  workflow: string;
  runs: number;
  ended: number;
  alone: number;
}

/** Days of a workflow together, the busiest first. */
export function sums(items: readonly Passage[]): Sum[] {
  const byWorkflow = new Map<string, Sum>();
  for (const one of items) {
    const sum = byWorkflow.get(one.workflow) ?? { workflow: one.workflow, runs: 0, ended: 0, alone: 0 };
    sum.runs += one.runs;
    sum.ended += one.ended;
    sum.alone += one.straight_through;
    byWorkflow.set(one.workflow, sum);
  }
  return [...byWorkflow.values()].sort((one, other) => other.runs - one.runs);
}

export function useConnections() {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({ queryKey: ["connections", workspace], queryFn: () => answered(api.GET("/api/v1/connections")), select: (list) => list.items });
}

export function useTriggers() {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({ queryKey: ["workflows", "triggers", workspace], queryFn: () => answered(api.GET("/api/v1/triggers")), select: (list) => list.items });
}
