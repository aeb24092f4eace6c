import { queryOptions, useQuery } from "@tanstack/react-query";

import { answered, api } from "./http";
import { useWorkspace } from "./workspace";

export const meOptions = queryOptions({
  queryKey: ["me"],
  queryFn: () => answered(api.GET("/api/v1/me")),
  staleTime: 60_000,
});

export type Right = "see" | "operate" | "resolve" | "decide" | "build" | "reveal" | "connect" | "people";

export function useMe() {
  return useQuery(meOptions).data;
}

/** Whether one may do something in the workspace that is shown; null while that is not known. */
export function useRight(right: Right): boolean | null {
  const me = useMe();
  const workspace = useWorkspace((state) => state.workspace);
  if (!me) return null;
  return me.workspaces.find((one) => one.workspace === workspace)?.rights.includes(right) ?? false;
}

/** Whoever may do anything here may say something about it; the others only look. */
export function useMayAct(): boolean {
  return [useRight("operate"), useRight("resolve"), useRight("decide"), useRight("build")].includes(true);
}
