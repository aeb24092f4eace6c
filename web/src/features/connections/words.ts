import type { MarkName } from "@/components/mark";

import type { Connection, Tested } from "./api";

export interface Health {
  mark: MarkName;
  tone: string;
  words: string;
  means: string;
}

/** How a connection stands, as far as the server knows without asking the system. */
export function healthOf({ agreed, tested_at: tested }: Connection): Health {
  if (!agreed) return { mark: "soon", tone: "tx-exc", words: "Needs a yes", means: "It answers as another account than before, or was changed since its test. Writes of live workflows over it wait for people until somebody agrees." };
  if (!tested) return { mark: "idle", tone: "tx-c2", words: "Not tested", means: "Nobody has asked yet whose account answers. A test does, and writes nothing." };
  return { mark: "done", tone: "tx-path", words: "Agreed", means: "It was tested, and the account that answers is agreed to." };
}

/** The ground it stands on, where it stands on one. */
export const groundOf = ({ agreed, tested_at: tested }: Connection): "path" | "exc" | "" => (!agreed ? "exc" : tested ? "path" : "");

/** What a test found, in one sentence. */
export function testWords({ ok, account, account_change: change, account_before: before, failure }: Tested): string {
  if (!ok) return failure?.message ?? "The system did not say why.";
  const who = account ? `It answers as ${account}` : "It answers, and names no account";
  if (change === "other") return `${who}. Before, it was ${before ?? "another account"}.`;
  if (change === "first") return `${who}, for the first time.`;
  return `${who}, as before.`;
}
