import type { LayoutEngine } from "../model/layout/engine";

let loading: Promise<LayoutEngine> | null = null;

/** The engine that tidies, loaded when it is first asked for. The policy of the page forbids making a worker of it. */
export function elkEngine(): Promise<LayoutEngine> {
  loading ??= import("elkjs/lib/elk.bundled.js").then(({ default: Elk }) => new Elk() as LayoutEngine);
  return loading;
}
