import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "@/api/schema.gen";

import { setReach } from "./connection";
import { signInNeeded } from "./session";
import { currentWorkspace } from "./workspace";

type ErrorDetail = components["schemas"]["ErrorDetail"];
export type Problem = components["schemas"]["Problem"];

/** The server answered, and the answer is no. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: string;
  readonly hint: string | null;
  readonly problems: readonly Problem[];

  constructor(
    readonly status: number,
    detail: Partial<ErrorDetail>,
  ) {
    super(detail.message ?? `the server answered ${status}`);
    this.code = detail.code ?? "";
    this.hint = detail.hint ?? null;
    this.problems = detail.problems ?? [];
  }
}

/** The server did not answer at all. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  constructor() {
    super("the server does not answer");
  }
}

/** Sends a request; where the session is lost it waits for a sign-in and sends it once more. */
async function send(request: Request): Promise<Response> {
  for (;;) {
    let response: Response;
    try {
      response = await fetch(request.clone());
    } catch (error) {
      if (request.signal.aborted) throw error;
      setReach(navigator.onLine ? "reconnecting" : "offline");
      throw new Unreachable();
    }
    if (response.status !== 401) return response;
    await signInNeeded();
  }
}

const inWorkspace: Middleware = {
  onRequest({ request }) {
    const workspace = currentWorkspace();
    if (workspace !== null) request.headers.set("Throughline-Workspace", workspace);
    // A change that is sent twice, by a retry or a second click, is done once.
    if (request.method !== "GET" && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: globalThis.location.origin, fetch: send });
api.use(inWorkspace);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; a refusal is thrown with the server's own words. */
export async function answered<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  const detail = typeof error === "object" && error !== null && "error" in error ? error.error : {};
  throw new Refused(response.status, detail as Partial<ErrorDetail>);
}
