import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { useMemo } from "react";

import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { useMe } from "@/lib/me";
import { before, heldItems, PAGE, patchPages, usePages } from "@/lib/pages";
import { membersOptions } from "@/lib/people";
import { useWorkspace } from "@/lib/workspace";

export type Exception = components["schemas"]["ExceptionView"];
export type ExceptionDetail = components["schemas"]["ExceptionDetail"];
export type Fix = components["schemas"]["FixView"];
export type Act = components["schemas"]["ActBody"];
export type Resolve = components["schemas"]["ResolveBody"];
export type Snapshot = components["schemas"]["SnapshotView"];

export type Show = "mine" | "open" | "snoozed" | "over";
export const SHOWS: readonly Show[] = ["mine", "open", "snoozed", "over"];

export interface Filter {
  reason?: string;
  workflow?: string;
}

export const isOver = ({ state }: Exception): boolean => ["resolved", "dismissed", "superseded"].includes(state);

/** By due time, then money at risk. */
export const byDue = (one: Exception, other: Exception): number => before(one.due_at, other.due_at) || (other.money ?? 0) - (one.money ?? 0);

const byEnd = (one: Exception, other: Exception): number => before(other.resolved_at ?? "", one.resolved_at ?? "");

interface Mine {
  handle: string;
  teams: readonly string[];
  roles: readonly string[];
}

/** Whether the next action is somebody's: they have it, or it is their team's or role's and nobody has it. */
export function isMine({ owner, person }: Pick<Exception, "owner" | "person">, mine: Mine): boolean {
  if (person) return person === mine.handle;
  const owners = [`person:${mine.handle}`, ...mine.teams.map((team) => `team:${team}`), ...mine.roles.map((role) => `role:${role}`)];
  return owners.includes(owner);
}

export function useMine(): Mine | undefined {
  const me = useMe();
  const workspace = useWorkspace((state) => state.workspace);
  const members = useQuery(membersOptions(workspace)).data;
  const found = members?.find((one) => one.person_id === me?.person_id);
  return useMemo(() => (found ? { handle: found.handle, teams: found.teams, roles: [...found.roles, ...found.duties] } : undefined), [found]);
}

export function useExceptions(show: Show, filter: Filter) {
  const workspace = useWorkspace((state) => state.workspace);
  const over = show === "over";
  const snoozed = show === "snoozed";
  const list = usePages<Exception>({
    key: ["exceptions", workspace, over ? "over" : snoozed ? "snoozed" : "open", filter],
    load: (after) =>
      answered(
        api.GET("/api/v1/exceptions", {
          params: { query: { limit: PAGE, ...(over ? { state: "resolved" } : { state: "open", order: "due" }), ...(snoozed ? { snoozed } : {}), ...(over ? {} : filter), ...(after ? { after } : {}) } },
        }),
      ),
    all: !over,
  });
  const mine = useMine();
  // The server gives them by deadline; they are put in order again only when there are others, for one may have been put in live.
  const ordered = useMemo(() => [...list.items].sort(over ? byEnd : byDue), [list.items, over]);
  const items = useMemo(() => {
    if (show === "mine") return mine === undefined ? [] : ordered.filter((one) => isMine(one, mine));
    return show === "snoozed" ? ordered.filter((one) => Boolean(one.snooze_until)) : ordered;
  }, [ordered, show, mine]);
  return { ...list, items, open: list.items };
}

export function useOpenCount(): string | undefined {
  const workspace = useWorkspace((state) => state.workspace);
  const { data } = useQuery({
    queryKey: ["exception-count", workspace],
    queryFn: () => answered(api.GET("/api/v1/exceptions/snapshot")),
    enabled: workspace !== null,
  });
  return data && data.count > 0 ? data.count.toLocaleString("en-GB") : undefined;
}

export const exceptionOptions = (id: string) =>
  queryOptions({
    queryKey: ["exception", id],
    queryFn: () => answered(api.GET("/api/v1/exceptions/{exception}", { params: { path: { exception: id } } })),
  });

/** Asks the connector what going on would write; only on demand, for it may take a while. */
export const previewOptions = (id: string) =>
  queryOptions({
    queryKey: ["exception", id, "preview"],
    queryFn: () => answered(api.GET("/api/v1/exceptions/{exception}", { params: { path: { exception: id }, query: { preview: true } } })),
    staleTime: 30_000,
  });

/** The step's input as it was, to edit it. */
export const stepInputOptions = (run: string) =>
  queryOptions({
    queryKey: ["run", run],
    queryFn: () => answered(api.GET("/api/v1/runs/{run}", { params: { path: { run } } })),
  });

const afterwards = (client: QueryClient, id: string) => () => {
  void client.invalidateQueries({ queryKey: ["exception", id] });
  void client.invalidateQueries({ queryKey: ["exceptions"] });
  void client.invalidateQueries({ queryKey: ["exception-count"] });
};

export function useAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Act) => answered(api.POST("/api/v1/exceptions/{exception}/act", { params: { path: { exception: id } }, body })),
    onSettled: afterwards(client, id),
  });
}

export function useResolve(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Resolve) => answered(api.POST("/api/v1/exceptions/{exception}/resolve", { params: { path: { exception: id } }, body })),
    onSettled: afterwards(client, id),
  });
}

export function useMerge(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (into: string) => answered(api.POST("/api/v1/exceptions/{exception}/merge", { params: { path: { exception: id } }, body: { into } })),
    onSettled: afterwards(client, id),
  });
}

export function useComment(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) => answered(api.POST("/api/v1/exceptions/{exception}/comments", { params: { path: { exception: id } }, body: { text } })),
    onSettled: () => void client.invalidateQueries({ queryKey: ["exception", id] }),
  });
}

export const snapshotOf = (filter: Filter) => answered(api.GET("/api/v1/exceptions/snapshot", { params: { query: filter } }));

export function useBulk() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: components["schemas"]["BulkBody"]) => answered(api.POST("/api/v1/exceptions/bulk", { body })),
    onSettled: () => void client.invalidateQueries(),
  });
}

/** A change of one exception: short lists are loaded anew, in long ones the one row is replaced. */
export function refreshException(client: QueryClient, id: string, reload: (key: string) => void): void {
  if (heldItems(client, ["exceptions"]) <= PAGE) {
    reload("exceptions");
    return;
  }
  void answered(api.GET("/api/v1/exceptions/{exception}", { params: { path: { exception: id } } })).then(
    (found) => {
      const known = patchPages<Exception>(client, ["exceptions"], (one) => one.exception_id === id, isOver(found) ? null : found);
      if (!known && !isOver(found)) reload("exceptions");
    },
    () => reload("exceptions"),
  );
}
