import type { QueryClient } from "@tanstack/react-query";

import type { components } from "@/api/schema.gen";

import { sentence } from "./format";
import { meOptions } from "./me";
import { signedIn } from "./session";

type Me = components["schemas"]["MeView"];

interface Refusal {
  error?: { message?: string; hint?: string | null };
}

const why = (refusal: Refusal, response: Response): string => {
  const { message = `the server answered ${response.status}`, hint } = refusal.error ?? {};
  const wait = response.headers.get("Retry-After");
  return [sentence(message), hint ? sentence(hint) : "", wait === null ? "" : `Try again in ${wait} s.`].filter(Boolean).join(" ");
};

/** Signs in; the answer is null, or why not in words. */
export async function signIn(client: QueryClient, mail: string, password: string): Promise<string | null> {
  try {
    const response = await fetch("/sign-in", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ mail, password }),
    });
    if (!response.ok) return why((await response.json().catch(() => ({}))) as Refusal, response);
    return await goOn(client);
  } catch {
    return "The server does not answer. Nothing is lost: try again when it is back.";
  }
}

/** Goes on with a session that is there, made here, in another tab or by a link. */
export async function goOn(client: QueryClient): Promise<string | null> {
  const response = await fetch("/api/v1/me");
  if (!response.ok) return "There is no session yet.";
  const me = (await response.json()) as Me;
  const before = client.getQueryData(meOptions.queryKey);
  const samePerson = before === undefined || before.recorded_as === me.recorded_as;
  if (!samePerson) client.clear();
  client.setQueryData(meOptions.queryKey, me);
  signedIn(samePerson);
  void client.invalidateQueries();
  return null;
}

export async function signOut(): Promise<void> {
  await fetch("/sign-out", { method: "POST" });
  globalThis.location.assign("/");
}
