import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { components } from "@/api/schema.gen";
import { answered, api, Refused } from "@/lib/http";
import { useChange, useListOf } from "@/lib/lists";

export type Plugin = components["schemas"]["PluginView"];

export const usePlugins = () => useListOf<Plugin>("plugins", () => answered(api.GET("/api/v1/plugins")));

export const useRelease = () => useChange((connector: string) => answered(api.POST("/api/v1/plugins/{connector}/release", { params: { path: { connector } } })), "plugins");

/** What somebody is to agree to, and by which digest. */
export interface Asks {
  connector: string | null;
  accept: string;
  words: readonly string[];
}

export type Installed = { kind: "installed"; plugin: Plugin; unchanged: boolean } | ({ kind: "asks" } & Asks);

export type Shipped = components["schemas"]["ShippedView"];

/** Connectors that lie beside the server, each with what it asks for. */
export const useShipped = () => useListOf<Shipped>("plugins-shipped", () => answered(api.GET("/api/v1/plugins/shipped")));

/** The hint of the refusal has the digest of what is asked for, its message the permissions in words. */
export function consentOf(refusal: Pick<Refused, "message" | "hint">): { connector: string | null; accept: string; words: string[] } | null {
  const accept = /accept=(\S+)/.exec(refusal.hint ?? "")?.[1];
  if (accept === undefined) return null;
  const said = refusal.message.slice(refusal.message.indexOf(": ") + 2);
  const words: string[] = [];
  for (const part of said.split("; ")) {
    // What belongs to the permission before it, and is written with a semicolon as well.
    if (part.startsWith("it cannot") && words.length > 0) words.push(`${words.pop() ?? ""}; ${part}`);
    else if (part.trim() !== "") words.push(part);
  }
  return { connector: /`([^`]+)`/.exec(refusal.message)?.[1] ?? null, accept, words };
}

async function send({ file, accept }: { file: File; accept?: string }): Promise<Installed> {
  const { data, error, response } = await api.POST("/api/v1/plugins", {
    params: { query: accept === undefined ? {} : { accept } },
    body: file as unknown as number[],
    bodySerializer: (body) => body as unknown as BodyInit,
    headers: { "Content-Type": "application/wasm" },
  });
  if (response.ok && data) return { kind: "installed", plugin: data, unchanged: response.status === 200 };
  const detail = error?.error;
  const refused = new Refused(response.status, detail ?? {});
  const asked = refused.code === "TL0350" ? consentOf(refused) : null;
  if (asked) return { kind: "asks", ...asked };
  throw refused;
}

/** What knows which connectors there are. */
const KNOWING = ["plugins", "plugins-shipped", "connector-catalog", "catalog", "practice"];

export function useInstall() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (answer) => (answer.kind === "installed" ? Promise.all(KNOWING.map((key) => client.invalidateQueries({ queryKey: [key] }))) : undefined),
  });
}

export function useInstallShipped() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ connector, permissions }: Shipped) => answered(api.POST("/api/v1/plugins/shipped/{connector}", { params: { path: { connector }, query: { accept: permissions } } })),
    onSuccess: () => Promise.all(KNOWING.map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}
