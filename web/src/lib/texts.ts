import { useQuery } from "@tanstack/react-query";
import { parse } from "yaml";

import { answered, api } from "./http";
import { useWorkspace } from "./workspace";

/** A step that calls a connector. */
export interface Use {
  node: string;
  title: string;
  /** `accounting.create_invoice`. */
  action: string;
  connector: string;
  connection: string;
  input: unknown;
}

export interface Said {
  workflow: string;
  title: string;
  stage: string | null;
  /** All that the text says, as it was parsed. */
  text: Readonly<Record<string, unknown>>;
  uses: readonly Use[];
}

type Loose = Readonly<Record<string, unknown>>;
export const isLoose = (value: unknown): value is Loose => typeof value === "object" && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const callOf = (node: Loose, operation: string): Use => ({
  node: textOf(node.id),
  title: textOf(node.title) || textOf(node.id),
  action: operation,
  connector: operation.split(".")[0] ?? "",
  connection: textOf(node.connection),
  input: node.with,
});

function usesOfNodes(nodes: unknown): Use[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.filter(isLoose).flatMap((node) => [...(textOf(node.action) ? [callOf(node, textOf(node.action))] : []), ...usesOfNodes(node.do)]);
}

/** What a text says of the systems it touches; of one that does not read, nothing. */
export function readText(text: string): { text: Loose; uses: readonly Use[] } {
  try {
    const found: unknown = parse(text);
    if (!isLoose(found)) return { text: {}, uses: [] };
    const trigger = isLoose(found.trigger) ? found.trigger : {};
    const begins = textOf(trigger.on) ? [callOf({ ...trigger, title: "Trigger" }, textOf(trigger.on))] : [];
    return { text: found, uses: [...begins, ...usesOfNodes(found.nodes)] };
  } catch {
    return { text: {}, uses: [] };
  }
}

const AT_ONCE = 4;

async function readAll(): Promise<readonly Said[]> {
  const { items } = await answered(api.GET("/api/v1/workflows", { params: { query: { limit: 200 } } }));
  const said: Said[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const some = await Promise.all(
      items.slice(at, at + AT_ONCE).map(async ({ workflow, title, stage }) => {
        const { text } = await answered(api.GET("/api/v1/workflows/{workflow}", { params: { path: { workflow } } }));
        return { workflow, title: title || workflow, stage: stage ?? null, ...readText(text) };
      }),
    );
    said.push(...some);
  }
  return said;
}

/** What all published workflows say. One request for each, so only for pages that cannot do without. */
export function useTexts() {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({ queryKey: ["workflows", "texts", workspace], queryFn: readAll, staleTime: 300_000 });
}
