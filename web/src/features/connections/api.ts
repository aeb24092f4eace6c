import { useQuery } from "@tanstack/react-query";

import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { useChange, useListOf } from "@/lib/lists";
import { useWorkspace } from "@/lib/workspace";

export type Connection = components["schemas"]["ConnectionView"];
export type Tested = components["schemas"]["TestView"];
export type Secret = components["schemas"]["SecretView"];
export type Place = components["schemas"]["SecretPlace"];
export type NewConnection = components["schemas"]["ConnectionRequest"];
export type Waiting = components["schemas"]["ExceptionView"];

export const useConnectionList = () => useListOf<Connection>("connections", () => answered(api.GET("/api/v1/connections")));

export const useSecrets = (enabled: boolean) => useListOf<Secret>("secrets", () => answered(api.GET("/api/v1/secrets")), { enabled });

export const usePluginNames = () => useListOf<components["schemas"]["PluginView"]>("plugins", () => answered(api.GET("/api/v1/plugins")));

/** What has stopped because of a connection. */
export function useWaiting(connection: string) {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({
    queryKey: ["exceptions", workspace, "connection", connection],
    queryFn: () => answered(api.GET("/api/v1/exceptions", { params: { query: { limit: 50, connection } } })),
    select: (list) => list.items.filter((one) => !["resolved", "dismissed", "superseded"].includes(one.state)),
  });
}

const testOne = (name: string) => answered(api.POST("/api/v1/connections/{name}/test", { params: { path: { name } } }));
export const useTest = () => useChange((name: string) => testOne(name), "connections", "exceptions", "exception-count");

export const useAgree = () => useChange(({ name, account }: { name: string; account: string }) => answered(api.POST("/api/v1/connections/{name}/agree", { params: { path: { name } }, body: { account } })), "connections");

export const useRemove = () => useChange((name: string) => answered(api.DELETE("/api/v1/connections/{name}", { params: { path: { name } } })), "connections", "secrets");

export interface NewSecret {
  name: string;
  value: string;
  bound_to: string;
}

/** Puts the secrets into the vault first, then makes the connection that names them. */
export const useKeep = () =>
  useChange(async ({ connection, secrets }: { connection: NewConnection; secrets: readonly NewSecret[] }) => {
    for (const { name, ...body } of secrets) await answered(api.PUT("/api/v1/secrets/{name}", { params: { path: { name } }, body }));
    return answered(api.POST("/api/v1/connections", { body: connection }));
  }, "connections", "secrets");
