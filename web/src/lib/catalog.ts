import { queryOptions, useQuery } from "@tanstack/react-query";

import { answered, api, Refused } from "./http";
import { useWorkspace } from "./workspace";

export interface AuthField {
  title: string;
  help?: string | null;
  secret: boolean;
}

export interface AuthSlot {
  /** `bearer`, `header`, `basic`, `query`, or `none`: that one signs or verifies and is never sent. */
  kind: string;
  fields: Readonly<Record<string, AuthField>>;
  optional: boolean;
}

export interface CatalogAction {
  /** `accounting.create_invoice`. */
  action: string;
  title: string;
  effect: string;
  /** The kind of record it is about; null where the connector does not say. */
  record: string | null;
}

/** What a connector asks for before it can be used, and what it can do then. */
export interface Connector {
  connector: string;
  version: string;
  name: string;
  description: string;
  auth: Readonly<Record<string, AuthSlot>>;
  settings: unknown;
  /** Addresses it talks to; `{base_url}` is the one in that setting. */
  hosts: readonly string[];
  actions: readonly CatalogAction[];
}

type Call = (path: string) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
/** A path that the generated types may not have yet: the same client, with the types of this file. */
const get = (api as unknown as { readonly GET: Call }).GET;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** A host is an address, or an address with the methods that are used there. */
const hostText = (host: unknown): string => (isObject(host) ? text(host.origin) : text(host));

function actionsOf(connector: string, found: unknown): CatalogAction[] {
  if (!Array.isArray(found)) return [];
  return found.filter(isObject).map((one) => {
    const name = text(one.action);
    return { action: name.includes(".") ? name : `${connector}.${name}`, title: text(one.title), effect: text(one.effect), record: text(one.record) || null };
  });
}

function connectorOf(found: unknown): Connector[] {
  if (!isObject(found) || text(found.connector) === "") return [];
  return [
    {
      connector: text(found.connector),
      version: text(found.version),
      name: text(found.name) || text(found.connector),
      description: text(found.description),
      auth: isObject(found.auth) ? (found.auth as Record<string, AuthSlot>) : {},
      settings: found.settings ?? null,
      hosts: Array.isArray(found.hosts) ? found.hosts.map(hostText).filter((host) => host !== "") : [],
      actions: actionsOf(text(found.connector), found.actions),
    },
  ];
}

/** What connectors ask for; null where this server does not say. */
export const connectorsOptions = (workspace: string | null) =>
  queryOptions({
    queryKey: ["connector-catalog", workspace],
    queryFn: async (): Promise<readonly Connector[] | null> => {
      try {
        const found = await answered(get("/api/v1/catalog"));
        return isObject(found) && Array.isArray(found.connectors) ? found.connectors.flatMap(connectorOf) : [];
      } catch (error) {
        if (error instanceof Refused && (error.status === 404 || error.status === 405)) return null;
        throw error;
      }
    },
    enabled: workspace !== null,
    staleTime: 300_000,
  });

export function useConnectors() {
  return useQuery(connectorsOptions(useWorkspace((state) => state.workspace)));
}
