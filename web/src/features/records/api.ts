import { useQuery } from "@tanstack/react-query";

import type { components } from "@/api/schema.gen";
import { answered, api, Refused } from "@/lib/http";
import { isLoose, useTexts } from "@/lib/texts";
import { useWorkspace } from "@/lib/workspace";

import { parse, speaksOf, type Asked } from "./parse";

export type Run = components["schemas"]["RunView"];
export type Proposal = components["schemas"]["ProposalView"];
export type Exception = components["schemas"]["ExceptionView"];
export type Event = components["schemas"]["EventView"];

export interface Found {
  runs: readonly Run[];
  proposals: readonly Proposal[];
  exceptions: readonly Exception[];
  events: readonly Event[];
}

const PAGE = 200;
/** Names of keys that are tried for a bare word. */
const NAMES = 12;

async function orNothing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Refused && error.status < 500) return null;
    throw error;
  }
}

const runsOfKey = async (name: string, value: string): Promise<readonly Run[]> => (await orNothing(answered(api.GET("/api/v1/runs", { params: { query: { key: `${name}:${value}`, limit: 50 } } }))))?.items ?? [];

async function runsOf(asked: Asked, names: readonly string[]): Promise<readonly Run[]> {
  if (asked.kind === "run") {
    const run = await orNothing(answered(api.GET("/api/v1/runs/{run}", { params: { path: { run: asked.id } } })));
    return run ? [run] : [];
  }
  if (asked.kind === "key") return runsOfKey(asked.name, asked.value);
  if (asked.kind !== "words") return [];
  const all = await Promise.all(names.slice(0, NAMES).map((name) => runsOfKey(name, asked.words)));
  return [...new Map(all.flat().map((run) => [run.run_id, run])).values()];
}

/** What the newest pages hold; the server has no search over words yet. */
const newest = async () => {
  const query = { limit: PAGE };
  const [proposals, exceptions, open, events] = await Promise.all([
    answered(api.GET("/api/v1/proposals", { params: { query: { ...query, state: "any" } } })),
    answered(api.GET("/api/v1/exceptions", { params: { query } })),
    answered(api.GET("/api/v1/exceptions", { params: { query: { ...query, state: "open", order: "due" } } })),
    answered(api.GET("/api/v1/events", { params: { query } })),
  ]);
  const all = new Map([...exceptions.items, ...open.items].map((one) => [one.exception_id, one]));
  return { proposals: proposals.items, exceptions: [...all.values()], events: events.items };
};

const idOf = (asked: Asked, kind: Asked["kind"]): string | null => ("id" in asked && asked.kind === kind ? asked.id : null);

async function search(asked: Asked, names: readonly string[]): Promise<Found> {
  const [runs, kept] = await Promise.all([runsOf(asked, names), newest()]);
  const words = asked.kind === "words" ? asked.words : asked.kind === "key" ? asked.value : null;
  const mine = new Set(runs.map((run) => run.run_id));
  const speaks = (value: unknown): boolean => words !== null && speaksOf(value, words);
  const proposals = kept.proposals.filter((one) => mine.has(one.run_id) || one.proposal_id === idOf(asked, "proposal") || speaks({ summary: one.summary, operations: one.operations }));
  const exceptions = kept.exceptions.filter((one) => mine.has(one.run_id) || one.exception_id === idOf(asked, "exception") || speaks({ sentence: one.sentence, what: one.what_changed }));
  const events = kept.events.filter((one) => mine.has(one.run_id) || one.event_id === idOf(asked, "event") || speaks(one.dedupe_key));
  return { runs: await withTheirs(runs, [...proposals, ...exceptions, ...events]), proposals, exceptions, events };
}

const MORE = 8;

/** The runs of what was found by its words, so that the story is whole. */
async function withTheirs(runs: readonly Run[], others: readonly { run_id: string }[]): Promise<readonly Run[]> {
  const known = new Set(runs.map((run) => run.run_id));
  const missing = [...new Set(others.map((one) => one.run_id))].filter((id) => !known.has(id)).slice(0, MORE);
  const more = await Promise.all(missing.map((run) => orNothing(answered(api.GET("/api/v1/runs/{run}", { params: { path: { run } } })))));
  return [...runs, ...more.filter((run) => run !== null)];
}

/** Names under which workflows let their runs be found. */
export function useKeyNames(): readonly string[] {
  const texts = useTexts().data;
  return [...new Set((texts ?? []).flatMap((one) => (isLoose(one.text.keys) ? Object.keys(one.text.keys) : [])))];
}

export function useFound(typed: string) {
  const workspace = useWorkspace((state) => state.workspace);
  const asked = parse(typed);
  const texts = useTexts();
  const names = useKeyNames();
  const ready = asked.kind !== "none" && !texts.isPending;
  return { ...useQuery({ queryKey: ["record", workspace, typed.trim(), names], queryFn: () => search(asked, names), enabled: ready, staleTime: 15_000 }), asked };
}
