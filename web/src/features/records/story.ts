import type { MarkName } from "@/components/mark";
import { plain } from "@/components/value";
import { words } from "@/lib/format";

import type { Found } from "./api";

export interface Line {
  key: string;
  at: string;
  mark: MarkName;
  words: string;
  detail: string;
  to: { kind: "run" | "proposal" | "exception"; id: string };
}

const RUN_MARKS: Record<string, MarkName> = { succeeded: "done", failed: "fail", waiting: "pause", running: "run", cancelled: "skip" };

/** All that is known to have happened, the newest first. */
export function storyOf({ runs, proposals, exceptions, events }: Found): Line[] {
  const lines: Line[] = [
    ...runs.flatMap((run): Line[] => {
      const to = { kind: "run", id: run.run_id } as const;
      const begun: Line = { key: `${run.run_id}b`, at: run.created_at, mark: "idle", words: `${run.workflow} began`, detail: Object.entries(run.keys).map(([name, value]) => `${name} ${plain(value)}`).join(", "), to };
      return run.ended_at ? [{ key: `${run.run_id}e`, at: run.ended_at, mark: RUN_MARKS[run.status] ?? "idle", words: `${run.workflow} ${run.status}`, detail: run.failure?.message ?? "", to }, begun] : [begun];
    }),
    ...proposals.flatMap((one): Line[] => {
      const to = { kind: "proposal", id: one.proposal_id } as const;
      const opened: Line = { key: `${one.proposal_id}o`, at: one.opened_at, mark: "gate", words: "Proposed", detail: one.summary, to };
      return one.closed_at ? [{ key: `${one.proposal_id}c`, at: one.closed_at, mark: one.state === "rejected" ? "skip" : "done", words: words(one.state), detail: one.summary, to }, opened] : [opened];
    }),
    ...exceptions.flatMap((one): Line[] => {
      const to = { kind: "exception", id: one.exception_id } as const;
      const opened: Line = { key: `${one.exception_id}o`, at: one.opened_at, mark: "exc", words: "Stopped", detail: one.sentence, to };
      return one.resolved_at ? [{ key: `${one.exception_id}c`, at: one.resolved_at, mark: "done", words: words(one.state), detail: one.outcome ? words(one.outcome) : "", to }, opened] : [opened];
    }),
    ...events.map((one): Line => ({ key: one.event_id, at: one.received_at, mark: "flag", words: one.kind === "manual" ? "Started by hand" : `${words(one.kind)} arrived`, detail: one.workflow, to: { kind: "run", id: one.run_id } })),
  ];
  return lines.sort((one, other) => other.at.localeCompare(one.at));
}

export interface FieldValue {
  value: unknown;
  /** Written, or only proposed. */
  state: string;
  at: string;
  proposal: string;
}

export interface RecordField {
  field: string;
  bySystem: Readonly<Record<string, FieldValue>>;
}

export interface Known {
  record: string;
  fields: readonly RecordField[];
}

/** What writes have shown of a record's fields, the newest value of each system. */
export function knownFields({ proposals }: Pick<Found, "proposals">): Known[] {
  const records = new Map<string, Map<string, Record<string, FieldValue>>>();
  for (const proposal of [...proposals].sort((one, other) => one.opened_at.localeCompare(other.opened_at))) {
    for (const operation of proposal.operations) {
      const name = [words(operation.record_type), operation.record_id ?? ""].filter(Boolean).join(" ");
      const fields = records.get(name) ?? new Map<string, Record<string, FieldValue>>();
      records.set(name, fields);
      for (const { field, after } of operation.fields) fields.set(field, { ...fields.get(field), [operation.system]: { value: after, state: proposal.state, at: proposal.closed_at ?? proposal.opened_at, proposal: proposal.proposal_id } });
    }
  }
  return [...records].map(([record, fields]) => ({ record, fields: [...fields].map(([field, bySystem]) => ({ field, bySystem })) }));
}
