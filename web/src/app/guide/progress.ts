import { useQuery } from "@tanstack/react-query";

import { useConnectionList } from "@/features/connections/api";
import { useDays, useWorkflowList } from "@/features/workflows/api";
import { rateOf } from "@/features/workflows/rates";
import { answered, api } from "@/lib/http";
import { useTexts } from "@/lib/texts";
import { useWorkspace } from "@/lib/workspace";

export interface Progress {
  workflow: string | null;
  stage: string | null;
  /** Connections that workflows name, and whether each is there. */
  connections: readonly { name: string; connector: string; there: boolean; tested: boolean }[];
  ran: boolean;
  decided: boolean;
  alone: number;
  ended: number;
}

const decidedStates = new Set(["applied", "applying", "approved", "rejected", "partly_applied", "failed"]);

/** How far somebody has come, out of what is really there. */
export function useProgress(): Progress {
  const workspace = useWorkspace((state) => state.workspace);
  const workflows = useWorkflowList();
  const connections = useConnectionList();
  const texts = useTexts().data;
  const runs = useQuery({ queryKey: ["runs", workspace, "newest"], queryFn: () => answered(api.GET("/api/v1/runs", { params: { query: { limit: 100 } } })) });
  const proposals = useQuery({ queryKey: ["proposals", workspace, "any-decided"], queryFn: () => answered(api.GET("/api/v1/proposals", { params: { query: { limit: 50, state: "any" } } })) });
  const rate = rateOf(useDays().data ?? []);
  const first = workflows.items[0];
  const named = new Map((texts ?? []).flatMap((one) => one.uses).filter((use) => use.connection !== "").map((use) => [use.connection, use.connector]));
  return {
    workflow: first?.workflow ?? null,
    stage: first?.stage ?? null,
    connections: [...named].map(([name, connector]) => {
      const found = connections.items.find((one) => one.name === name);
      return { name, connector, there: found !== undefined, tested: Boolean(found?.tested_at) };
    }),
    ran: (runs.data?.items.length ?? 0) > 0,
    decided: proposals.data?.items.some((one) => decidedStates.has(one.state)) ?? false,
    alone: rate.alone,
    ended: rate.ended,
  };
}
