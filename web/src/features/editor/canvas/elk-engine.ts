import ElkApi from "elkjs/lib/elk-api.js";
import workerAddress from "elkjs/lib/elk-worker.min.js?url";

import type { LayoutEngine } from "../model/layout/engine";

/** The policy of the page wants addresses of scripts vouched for by name: only this one is, a file of this server. */
interface Policies {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): unknown };
}

function workerOf(): Worker {
  const url = new URL(workerAddress, location.href);
  if (url.origin !== location.origin) throw new Error("a worker comes from this server only");
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  const vouched = policies ? policies.createPolicy("throughline", { createScriptURL: (address) => address }).createScriptURL(url.href) : url.href;
  return new Worker(vouched as string);
}

let loading: Promise<LayoutEngine> | null = null;

/** The engine that tidies, loaded when it is first asked for: beside the page in a worker, or where none is allowed in the page itself. */
export function elkEngine(): Promise<LayoutEngine> {
  loading ??= load();
  return loading;
}

async function load(): Promise<LayoutEngine> {
  try {
    const worker = workerOf();
    return new ElkApi({ workerFactory: () => worker });
  } catch {
    const { default: Elk } = await import("elkjs/lib/elk.bundled.js");
    return new Elk();
  }
}
