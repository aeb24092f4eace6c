import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "./fixtures";
import type { Found, World } from "./world.mjs";

export const unique = (name: string): string => `${name}-${Math.random().toString(36).slice(2, 8)}`;

/** Something of the outside on a port of this machine; the workspace reaches it once that is granted. */
export async function outside(world: World, listener: RequestListener): Promise<{ address: string; grant: () => Promise<unknown>; end: () => void }> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const grant = () => world.api("holder", "POST", "/grants", { range: `127.0.0.1/32:${port}`, reason: "A journey" });
  const end = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${port}`, grant, end };
}

/** A workflow that somebody starts by hand, with these nodes. */
export function byHand(workflow: string, nodes: string, stage = "live"): string {
  return `workflow: ${workflow}
title: Begun by hand
owner: team:billing
source: projects
trigger: { id: start, on: throughline.manual }
keys: { about: "{{ event.about }}" }
nodes:
${nodes}
exceptions: { owner: team:billing, due: 1 business day }
log: { retention: 1y }
review: { stage: ${stage} }
`;
}

/** The step that makes an invoice of what was said at the start. */
export const invoice = (connection = "accounting"): string =>
  `  - { id: invoice, action: accounting.create_invoice, connection: ${connection}, with: { customer: cus_0003, reference: "{{ event.about }}", lines: [{ description: Boiler, quantity: "1", unit_price: "{{ event.price }}" }] } }`;

export async function publish(world: World, text: string): Promise<void> {
  await world.api("builder", "POST", "/workflows", { text });
}

export async function start(world: World, workflow: string, event: object): Promise<string> {
  return ((await world.api("operator", "POST", `/workflows/${workflow}/runs`, { event })) as { run_id: string }).run_id;
}

export interface Run {
  status: string;
  retry_of: string | null;
  steps: { path: string; status: string; input: unknown; output: unknown; copied: boolean }[];
  effects: object[];
}

/** The run, once it stands so. */
export async function runIs(world: World, run: string, status: string): Promise<Run> {
  let found: Run | undefined;
  await expect(async () => {
    found = (await world.api("admin", "GET", `/runs/${run}`)) as unknown as Run;
    expect(found.status).toBe(status);
  }).toPass();
  if (!found) throw new Error("no run");
  return found;
}

/** What a run of its own workflow asks for, or stopped on. */
export async function ofRun(world: World, what: "proposals" | "exceptions", run: string): Promise<Found> {
  let found: Found | undefined;
  await expect(async () => {
    const { items } = (await world.api("admin", "GET", `/${what}?state=open&limit=200`)) as unknown as { items: Found[] };
    found = items.find((one) => one.run_id === run);
    expect(found).toBeDefined();
  }).toPass();
  if (!found) throw new Error("nothing of this run");
  return found;
}
