import { useQuery } from "@tanstack/react-query";

import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { useChange, useListOf } from "@/lib/lists";
import { useWorkspace } from "@/lib/workspace";

export type Calendar = components["schemas"]["CalendarView"];
export type Channel = components["schemas"]["ChannelView"];
export type Told = components["schemas"]["Told"];
export type Token = components["schemas"]["TokenView"];
export type NewToken = components["schemas"]["TokenRequest"];
export type Session = components["schemas"]["SessionView"];
export type Vault = components["schemas"]["VaultView"];
export type Key = components["schemas"]["KeyView"];
export type Backup = components["schemas"]["BackupView"];
export type Secret = components["schemas"]["SecretView"];

export function useCalendar() {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({ queryKey: ["calendar", workspace], queryFn: () => answered(api.GET("/api/v1/calendar")) });
}
export const useSetCalendar = () => useChange((body: Calendar) => answered(api.PUT("/api/v1/calendar", { body })), "calendar");

export const useRules = () => useListOf<{ position: number; rule: unknown }>("routing-rules", () => answered(api.GET("/api/v1/routing-rules")));
export const useSetRules = () => useChange((rules: readonly unknown[]) => answered(api.PUT("/api/v1/routing-rules", { body: { rules: [...rules] as never[] } })), "routing-rules");

export const useChannels = () => useListOf<Channel>("channels", () => answered(api.GET("/api/v1/channels")));
export const useSetChannel = () => useChange(({ name, ...body }: { name: string; url: string; secret: string; tells: Told[] }) => answered(api.PUT("/api/v1/channels/{name}", { params: { path: { name } }, body })), "channels");
export const useDropChannel = () => useChange((name: string) => answered(api.DELETE("/api/v1/channels/{name}", { params: { path: { name } } })), "channels");
export const useTestChannel = () => useChange((name: string) => answered(api.POST("/api/v1/channels/{name}/test", { params: { path: { name } } })));

export const useSecretList = () => useListOf<Secret>("secrets", () => answered(api.GET("/api/v1/secrets")));
export const usePutSecret = () => useChange(({ name, ...body }: { name: string; value: string; bound_to: string }) => answered(api.PUT("/api/v1/secrets/{name}", { params: { path: { name } }, body })), "secrets", "vault");
export const useDropSecret = () => useChange((name: string) => answered(api.DELETE("/api/v1/secrets/{name}", { params: { path: { name } } })), "secrets", "vault");

export const useTokens = () => useListOf<Token>("tokens", () => answered(api.GET("/api/v1/tokens")));
export const useMakeToken = () => useChange((body: NewToken) => answered(api.POST("/api/v1/tokens", { body })), "tokens");
export const useRevoke = () => useChange((token: string) => answered(api.DELETE("/api/v1/tokens/{token}", { params: { path: { token } } })), "tokens");

export const useMySessions = () => useListOf<Session>("my-sessions", () => answered(api.GET("/api/v1/me/sessions")));
export const useEndSession = () => useChange((session: string) => answered(api.DELETE("/api/v1/me/sessions/{session}", { params: { path: { session } } })), "my-sessions");
export const useEndOthers = () => useChange(() => answered(api.DELETE("/api/v1/me/sessions")), "my-sessions");
export const useSetPassword = () => useChange((body: { old: string; new: string }) => answered(api.POST("/api/v1/me/password", { body })), "my-sessions");

export function useVault() {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({ queryKey: ["vault", workspace], queryFn: () => answered(api.GET("/api/v1/vault")) });
}
export const useRotate = () => useChange((what: "workspace" | "root"): Promise<Vault> => (what === "root" ? answered(api.POST("/api/v1/vault/rotate-root", { body: {} })) : answered(api.POST("/api/v1/vault/rotate", { body: {} }))), "vault");

export const useBackups = () => useListOf<Backup>("backups", () => answered(api.GET("/api/v1/backups")));
