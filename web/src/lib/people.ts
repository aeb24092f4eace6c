import { queryOptions, useQuery } from "@tanstack/react-query";

import { answered, api } from "./http";
import { useWorkspace } from "./workspace";

export const membersOptions = (workspace: string | null) =>
  queryOptions({
    queryKey: ["members", workspace],
    queryFn: () => answered(api.GET("/api/v1/members")),
    enabled: workspace !== null,
    staleTime: 300_000,
    select: (list) => list.items,
  });

export const teamsOptions = (workspace: string | null) =>
  queryOptions({
    queryKey: ["teams", workspace],
    queryFn: () => answered(api.GET("/api/v1/teams")),
    enabled: workspace !== null,
    staleTime: 300_000,
    select: (list) => list.items,
  });

/** A person's name by id or handle; what is not known is shown as it is. */
export function useNames(): (who: string) => string {
  const workspace = useWorkspace((state) => state.workspace);
  const members = useQuery(membersOptions(workspace)).data;
  return (who) => {
    const known = who.replace(/^person:/, "");
    return members?.find((one) => one.person_id === known || one.handle === known)?.name ?? known;
  };
}
