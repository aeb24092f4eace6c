import type { Run } from "./api";

/** A run to compare with, and why it is offered. */
export interface Choice {
  readonly run: Run;
  readonly why: string | null;
}

interface Offered {
  /** The run that this one retries. */
  retried: Run | undefined;
  /** Runs of the same workflow that succeeded, and all of them, the newest first. */
  succeeded: readonly Run[];
  recent: readonly Run[];
}

const RECENT = 8;

/** What somebody most likely means first; no run twice, and not the run itself. */
export function choicesOf(run: Run, { retried, succeeded, recent }: Offered): Choice[] {
  const known = new Set([run.run_id]);
  const choices: Choice[] = [];
  const offer = (one: Run | undefined, why: string | null): void => {
    if (!one || known.has(one.run_id)) return;
    known.add(one.run_id);
    choices.push({ run: one, why });
  };
  offer(retried, "This one retries it");
  for (const one of recent) if (one.retry_of === run.run_id) offer(one, "Retries this one");
  offer(succeeded.find((one) => !known.has(one.run_id)), "The last that succeeded");
  for (const one of recent.filter(({ run_id: id }) => !known.has(id)).slice(0, RECENT)) offer(one, null);
  return choices;
}

/** The id in what somebody typed or pasted, which may be the address of a run. */
export const runIdIn = (text: string): string | null => /\brun_\w{6,}/.exec(text)?.[0] ?? null;
