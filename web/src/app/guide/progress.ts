import { useQuery } from "@tanstack/react-query";

import { useConnectionList } from "@/features/connections/api";
import { ROLES } from "@/features/people/api";
import { usePlugins } from "@/features/plugins/api";
import { useDays, useDrafts, useWorkflowList } from "@/features/workflows/api";
import { rateOf } from "@/features/workflows/rates";
import { answered, api } from "@/lib/http";
import { readText, useTexts } from "@/lib/texts";
import { useWorkspace } from "@/lib/workspace";

/** A connection that a workflow names. */
export interface Needed {
  name: string;
  connector: string;
  installed: boolean;
  there: boolean;
  tested: boolean;
}

export interface Progress {
  /** The first one: published, or begun as a draft. */
  workflow: string | null;
  published: boolean;
  /** What workflows call people beside their role, such as `field_lead`. */
  duties: readonly string[];
  connections: readonly Needed[];
  ran: boolean;
  decided: boolean;
  alone: number;
  ended: number;
}

const decidedStates = new Set(["applied", "applying", "approved", "rejected", "partly_applied", "failed"]);

const BUILT_IN = new Set<string>(ROLES);

/** Of owners and those who are asked, `role:field_lead` and the like. */
function dutiesIn(texts: readonly unknown[]): string[] {
  const named = [...JSON.stringify(texts).matchAll(/"role:([a-z][a-z0-9_]*)"/g)].map((match) => match[1] ?? "");
  return [...new Set(named)].filter((name) => !BUILT_IN.has(name));
}

/** How far somebody has come, out of what is really there. */
export function useProgress(): Progress {
  const workspace = useWorkspace((state) => state.workspace);
  const workflows = useWorkflowList();
  const connections = useConnectionList();
  const plugins = usePlugins();
  const texts = useTexts().data;
  const runs = useQuery({ queryKey: ["runs", workspace, "newest"], queryFn: () => answered(api.GET("/api/v1/runs", { params: { query: { limit: 100 } } })) });
  const proposals = useQuery({ queryKey: ["proposals", workspace, "any-decided"], queryFn: () => answered(api.GET("/api/v1/proposals", { params: { query: { limit: 50, state: "any" } } })) });
  const rate = rateOf(useDays().data ?? []);
  const first = workflows.items[0]?.workflow ?? null;
  const begun = useDrafts().items[0]?.workflow ?? null;
  const draft = useQuery({
    queryKey: ["workflows", "draft-text", workspace, begun],
    queryFn: () => answered(api.GET("/api/v1/workflows/{workflow}/draft", { params: { path: { workflow: begun ?? "" } } })),
    enabled: first === null && begun !== null,
  });
  const said = first === null ? [readText(draft.data?.text ?? "")] : (texts ?? []);
  const uses = said.flatMap((one) => one.uses);
  const named = new Map(uses.filter((use) => use.connection !== "").map((use) => [use.connection, use.connector]));
  return {
    duties: dutiesIn(said.map((one) => one.text)),
    workflow: first ?? begun,
    published: first !== null,
    connections: [...named].map(([name, connector]) => {
      const found = connections.items.find((one) => one.name === name);
      return { name, connector, installed: plugins.items.some((one) => one.current && one.connector === connector), there: found !== undefined, tested: Boolean(found?.tested_at) };
    }),
    ran: (runs.data?.items.length ?? 0) > 0,
    decided: proposals.data?.items.some((one) => decidedStates.has(one.state)) ?? false,
    alone: rate.alone,
    ended: rate.ended,
  };
}
