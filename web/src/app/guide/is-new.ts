import { useQuery } from "@tanstack/react-query";

import { answered, api } from "@/lib/http";
import { useWorkspace } from "@/lib/workspace";

/** Whether nothing has gone through here yet: no workflow, or no run that succeeded. Two short questions, for everybody's first page. */
export function useIsNew(): boolean {
  const workspace = useWorkspace((state) => state.workspace);
  const workflows = useQuery({ queryKey: ["workflows", workspace, "any"], queryFn: () => answered(api.GET("/api/v1/workflows", { params: { query: { limit: 1 } } })), staleTime: 60_000 });
  const runs = useQuery({ queryKey: ["runs", workspace, "any-succeeded"], queryFn: () => answered(api.GET("/api/v1/runs", { params: { query: { limit: 1, status: "succeeded" } } })), staleTime: 60_000 });
  return workflows.data?.items.length === 0 || runs.data?.items.length === 0;
}
