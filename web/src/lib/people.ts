import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { create } from "zustand";

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

const useKnown = create<{ names: ReadonlyMap<string, string> }>()(() => ({ names: new Map() }));

/** Keeps the names of the members where rows can look them up; once, for the whole page. */
export function useKeepNames(): void {
  const workspace = useWorkspace((state) => state.workspace);
  const members = useQuery(membersOptions(workspace)).data;
  useEffect(() => {
    if (members) useKnown.setState({ names: new Map(members.flatMap((one): [string, string][] => [[one.person_id, one.name], [one.handle, one.name]])) });
  }, [members]);
}

const bare = (who: string): string => who.replace(/^person:/, "");

/** A person's name by id or handle; what is not known is shown as it is. */
export function useName(who: string): string {
  return useKnown((state) => state.names.get(bare(who)) ?? bare(who));
}

export function useNames(): (who: string) => string {
  const names = useKnown((state) => state.names);
  return (who) => names.get(bare(who)) ?? bare(who);
}
