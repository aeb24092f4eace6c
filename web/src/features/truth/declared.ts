import type { CatalogAction } from "@/lib/catalog";
import { isLoose, type Said, type Use } from "@/lib/texts";

/** One field that a workflow writes, where the value comes from, and where it goes. */
export interface Written {
  record: string;
  field: string;
  /** The system that it is written to. */
  to: string;
  /** Systems that the value is read from; empty: a fixed value, or one that nobody can follow. */
  from: readonly string[];
  workflow: string;
  title: string;
  step: string;
  stage: string | null;
}

/** What a workflow says about itself: whose record it is about, and who owns what stops. */
export interface Source {
  workflow: string;
  title: string;
  source: string;
  begins: string;
  owner: string;
  due: string;
  stage: string | null;
}

export interface After {
  workflow: string;
  title: string;
  system: string;
  record: string;
  byHand: boolean;
}

export interface Declared {
  sources: readonly Source[];
  written: readonly Written[];
  after: readonly After[];
  systems: readonly string[];
}

type Loose = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === "string" ? value : "");

const READS = /^(get|find|list|read|search|look)/;

function isWrite(action: string, known: ReadonlyMap<string, CatalogAction>): boolean {
  const found = known.get(action);
  if (found?.effect) return found.effect !== "read";
  return !READS.test(action.split(".")[1] ?? "");
}

/** `create_invoice` is about an invoice, where nobody says more. */
function recordOf(action: string, known: ReadonlyMap<string, CatalogAction>): string {
  const own = known.get(action)?.record;
  if (own) return own;
  const words = (action.split(".")[1] ?? action).split("_");
  return words.length > 1 ? words.slice(1).join("_") : (words[0] ?? action);
}

const allNodes = (nodes: unknown): Loose[] => (Array.isArray(nodes) ? nodes.filter(isLoose).flatMap((node) => [node, ...allNodes(node.do)]) : []);

const DEEP = 12;

/** The systems that a template reads from, through the steps it names. */
function systemsIn(value: unknown, nodes: ReadonlyMap<string, Loose>, trigger: string, deep = 0): string[] {
  if (deep > DEEP) return [];
  if (typeof value !== "string") {
    const parts = Array.isArray(value) ? value : isLoose(value) ? Object.values(value) : [];
    return parts.flatMap((part) => systemsIn(part, nodes, trigger, deep + 1));
  }
  const found: string[] = /\bevent\b/.test(value) && trigger !== "" ? [trigger] : [];
  for (const [, step = "", field] of value.matchAll(/\bsteps\.(\w+)(?:\.(\w+))?/g)) {
    const node = nodes.get(step);
    if (!node) continue;
    if (text(node.action)) found.push(text(node.action).split(".")[0] ?? "");
    else if (isLoose(node.set)) found.push(...systemsIn(field && field in node.set ? node.set[field] : node.set, nodes, trigger, deep + 1));
    else if (node.input !== undefined) found.push(...systemsIn(node.input, nodes, trigger, deep + 1));
  }
  return found;
}

/** Triggers that are no system's own: what comes is a form, a mail or a webhook. */
const OWN = new Set(["throughline", "schedule", "webhook", "form"]);

function writtenBy(said: Said, use: Use, nodes: ReadonlyMap<string, Loose>, known: ReadonlyMap<string, CatalogAction>): Written[] {
  const begins = isLoose(said.text.trigger) ? text(said.text.trigger.on).split(".")[0] : undefined;
  const trigger = begins === undefined || OWN.has(begins) ? "" : begins;
  const input = isLoose(use.input) ? use.input : {};
  return Object.entries(input).map(([field, value]) => ({
    record: recordOf(use.action, known),
    field,
    to: use.connector,
    from: [...new Set(systemsIn(value, nodes, trigger))].filter((one) => one !== use.connector && one !== ""),
    workflow: said.workflow,
    title: said.title,
    step: use.title,
    stage: said.stage,
  }));
}

function sourceOf(said: Said): Source[] {
  const source = text(said.text.source);
  if (source === "") return [];
  const exceptions = isLoose(said.text.exceptions) ? said.text.exceptions : {};
  const begins = isLoose(said.text.trigger) ? text(said.text.trigger.on) : "";
  return [{ workflow: said.workflow, title: said.title, source, begins, owner: text(exceptions.owner), due: text(exceptions.due), stage: said.stage }];
}

function afterOf(said: Said, nodes: readonly Loose[]): After[] {
  return nodes.flatMap((node) => {
    const after = isLoose(node.raise) && Array.isArray(node.raise.updates_after) ? node.raise.updates_after.filter(isLoose) : [];
    return after.map((one) => ({ workflow: said.workflow, title: said.title, system: text(one.system), record: text(one.record), byHand: text(one.by) !== "automatic" }));
  });
}

/** What all published workflows say about which system is true for what. */
export function declared(texts: readonly Said[], actions: readonly CatalogAction[]): Declared {
  const known = new Map(actions.map((one) => [one.action, one]));
  const written: Written[] = [];
  const after: After[] = [];
  for (const said of texts) {
    const nodes = allNodes(said.text.nodes);
    const byId = new Map(nodes.map((node) => [text(node.id), node]));
    const own = said.uses.filter((use) => byId.has(use.node) && isWrite(use.action, known));
    written.push(...own.flatMap((use) => writtenBy(said, use, byId, known)));
    after.push(...afterOf(said, nodes));
  }
  const sources = texts.flatMap(sourceOf);
  const systems = [...new Set([...sources.map((one) => one.source), ...written.flatMap((one) => [...one.from, one.to])])].sort();
  return { sources, written, after, systems };
}
