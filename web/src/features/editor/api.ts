import { queryOptions } from "@tanstack/react-query";

import type { components } from "@/api/schema.gen";
import { answered, api, Refused, type Problem } from "@/lib/http";
import type { PublishRequest } from "@/lib/publishing";

export type WorkflowDetail = components["schemas"]["WorkflowDetail"];
export type Version = components["schemas"]["VersionView"];
export type Published = components["schemas"]["PublishedView"];
export type Connection = components["schemas"]["ConnectionView"];
export type { Problem };

/** A JSON Schema, as far as a form reads it; what it does not know is kept and shown as JSON. */
export type Schema = Readonly<Record<string, unknown>>;

export interface ActionInfo {
  readonly action: string;
  readonly title: string;
  readonly description: string;
  readonly effect: "read" | "write_idempotent" | "write_once";
  readonly undo: "reversible" | "compensable" | "irreversible" | null;
  readonly preview: boolean;
  readonly record: string | null;
  readonly input: Schema;
  readonly output: Schema;
  readonly sample: unknown;
}

export type TriggerKind = "webhook" | "schedule" | "poll" | "event" | "manual" | "called" | "form" | "mail" | "native";

export interface TriggerInfo {
  readonly trigger: string;
  readonly title: string;
  readonly description: string;
  readonly kind: TriggerKind;
  readonly config: Schema;
  readonly output: Schema;
  readonly sample: unknown;
}

export interface ConnectorInfo {
  readonly connector: string;
  readonly version: string;
  readonly digest: string;
  readonly name: string;
  readonly description: string;
  readonly actions: readonly ActionInfo[];
  readonly triggers: readonly TriggerInfo[];
}

export interface Draft {
  readonly workspace: string;
  readonly workflow: string;
  readonly revision: number;
  readonly based_on: number | null;
  readonly text: string;
  readonly samples: Readonly<Record<string, unknown>>;
  readonly saved_by: string;
  readonly saved_at: string;
}

export interface Said {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface Evaluated {
  readonly value: unknown;
  readonly problem: Said | null;
}

export interface Tested {
  /** `evaluated`: a run would wait here; what it waits for is said in the input. */
  readonly status: "ran" | "previewed" | "evaluated" | "failed";
  readonly input: unknown;
  readonly output: unknown;
  readonly changes: readonly unknown[] | null;
  /** What a write would do, in words. */
  readonly summary: string | null;
  readonly failure: Said | null;
  readonly took_ms: number;
}

/** What an expression can read while it is tried; the server adds the time. */
export interface Scope {
  readonly event: unknown;
  readonly steps: Readonly<Record<string, unknown>>;
  readonly vars: unknown;
  readonly item?: unknown;
  readonly index?: number;
}

interface Request {
  readonly body?: unknown;
  readonly params?: { readonly path: Readonly<Record<string, string>> };
}
type Call = (path: string, request?: Request) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** Paths that the generated types may not have yet: the same client, with the types of this file. */
const calls = api as unknown as { readonly GET: Call; readonly PUT: Call; readonly POST: Call; readonly DELETE: Call };

const draftPath = "/api/v1/workflows/{workflow}/draft";
const named = (workflow: string) => ({ params: { path: { workflow } } });

/** The answer, or nothing where the server has no such thing. */
async function unlessMissing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Refused && (error.status === 404 || error.status === 405)) return null;
    throw error;
  }
}

export const loadWorkflow = (workflow: string): Promise<WorkflowDetail | null> =>
  unlessMissing(answered(api.GET("/api/v1/workflows/{workflow}", { params: { path: { workflow } } })));

export const loadDraft = (workflow: string): Promise<Draft | null> => unlessMissing(answered(calls.GET(draftPath, named(workflow)) as never));

export type Kept = { readonly kind: "kept"; readonly draft: Draft } | { readonly kind: "outdated" } | { readonly kind: "unknown" };

export interface DraftBody {
  readonly revision: number;
  readonly based_on: number | null;
  readonly text: string;
  readonly samples: Readonly<Record<string, unknown>>;
}

/** Keeps a draft. `outdated`: somebody else saved meanwhile. `unknown`: this server keeps no drafts. */
export async function saveDraft(workflow: string, body: DraftBody): Promise<Kept> {
  try {
    const draft = (await answered(calls.PUT(draftPath, { ...named(workflow), body }))) as Draft;
    return { kind: "kept", draft };
  } catch (error) {
    if (error instanceof Refused && error.status === 409) return { kind: "outdated" };
    if (error instanceof Refused && (error.status === 404 || error.status === 405)) return { kind: "unknown" };
    throw error;
  }
}

/** Discards the draft as it was seen; one that somebody has written on since stays. */
export async function discardDraft(workflow: string, revision: number): Promise<void> {
  const call = api.DELETE("/api/v1/workflows/{workflow}/draft", { params: { ...named(workflow).params, query: { revision } } });
  try {
    await unlessMissing(answered(call));
  } catch (error) {
    if (!(error instanceof Refused && error.status === 409)) throw error;
  }
}

export const catalogOptions = (workspace: string | null) =>
  queryOptions({
    queryKey: ["catalog", workspace],
    queryFn: async (): Promise<readonly ConnectorInfo[]> => {
      const answer = await unlessMissing(answered(calls.GET("/api/v1/catalog")) as Promise<{ connectors?: readonly ConnectorInfo[] }>);
      return answer?.connectors ?? [];
    },
    enabled: workspace !== null,
    staleTime: 300_000,
  });

export const connectionsOptions = (workspace: string | null) =>
  queryOptions({
    queryKey: ["connections", workspace, "names"],
    queryFn: async (): Promise<readonly Connection[]> => (await answered(api.GET("/api/v1/connections"))).items,
    enabled: workspace !== null,
    staleTime: 60_000,
  });

export const lintText = (text: string, name: string): Promise<{ ok: boolean; problems: Problem[] }> =>
  answered(api.POST("/api/v1/workflows/lint", { body: { text, name } }));

export const publishText = (text: string, withdrawOpen: boolean): Promise<Published> =>
  answered(api.POST("/api/v1/workflows", { body: { text, withdraw_open: withdrawOpen } }));

export const askToPublish = (workflow: string, text: string, note: string): Promise<PublishRequest> =>
  answered(api.POST("/api/v1/workflows/{workflow}/publish-requests", { params: { path: { workflow } }, body: { text, note } }));

const requested = (request: string) => ({ params: { path: { request } } });

/** A request with the text that it is about; that never changes. */
export const publishRequestOptions = (request: string) =>
  queryOptions({ queryKey: ["publish-request", request], queryFn: () => answered(api.GET("/api/v1/publish-requests/{request}", requested(request))), staleTime: Infinity });

export const agreeToPublish = ({ request_id, sha256 }: PublishRequest, current: number | null): Promise<Published> =>
  answered(api.POST("/api/v1/publish-requests/{request}/publish", { ...requested(request_id), body: { sha256, current } }));

export const sendBack = (request: string, words: string): Promise<unknown> => answered(api.POST("/api/v1/publish-requests/{request}/send-back", { ...requested(request), body: { words } }));

export const withdrawRequest = (request: string): Promise<unknown> => answered(api.DELETE("/api/v1/publish-requests/{request}", requested(request)));

export const versionsOptions = (workspace: string | null, workflow: string) =>
  queryOptions({
    queryKey: ["workflow", workflow, workspace, "versions"],
    queryFn: async (): Promise<readonly Version[]> =>
      (await unlessMissing(answered(api.GET("/api/v1/workflows/{workflow}/versions", { params: { path: { workflow } } }))))?.items ?? [],
  });

export const versionTextOptions = (workspace: string | null, workflow: string, version: number) =>
  queryOptions({
    queryKey: ["workflow", workflow, workspace, "text", version],
    queryFn: () => answered(api.GET("/api/v1/workflows/{workflow}", { params: { path: { workflow }, query: { version } } })),
    staleTime: Infinity,
  });

export const evaluate = (template: unknown, condition: boolean, scope: Scope): Promise<Evaluated | null> =>
  unlessMissing(answered(calls.POST("/api/v1/expressions/evaluate", { body: { template, condition, scope } })) as Promise<Evaluated>);

export const testStep = (text: string, node: string, scope: Scope): Promise<Tested | null> =>
  unlessMissing(answered(calls.POST("/api/v1/workflows/test-step", { body: { text, node, scope } })) as Promise<Tested>);
