import { describe, expect, it } from "vitest";

import { checklist, missingCount } from "./checklist";
import { addNode } from "./commands/add-node";
import { connect } from "./commands/connect";
import type { Outcome } from "./commands/outcome";
import { setExceptions } from "./commands/set-exceptions";
import { setField } from "./commands/set-field";
import { setLog } from "./commands/set-log";
import { setReview } from "./commands/set-review";
import { setTrigger } from "./commands/set-trigger";
import { setWorkflowField } from "./commands/set-workflow-field";
import { serializeDocument, type WorkflowDocument } from "./document";
import { graphOf } from "./graph/graph";
import { newWorkflow } from "./new-workflow";
import { documentOf } from "./testing/texts";

type Command = (document: WorkflowDocument) => Outcome;

/** A completed job without proof becomes an exception for the field lead; with proof an invoice is proposed. */
const STEPS: readonly Command[] = [
  (d) => setWorkflowField(d, { path: ["source"], value: "projects" }),
  (d) => setTrigger(d, { on: "projects.job_completed", connection: "projects", dedupe: "{{ event.delivery_id }}" }),
  (d) => addNode(d, { kind: "action", spot: { first: true }, fields: { title: "Read the job", action: "projects.get_job", connection: "projects" } }),
  (d) => setField(d, { key: "read_the_job", path: ["with", "id"], value: "{{ event.job_id }}" }),
  (d) => setField(d, { key: "read_the_job", path: ["id"], value: "job" }),
  (d) => addNode(d, { kind: "switch", spot: { after: "job" }, fields: { title: "Is the proof there?" } }),
  (d) => setField(d, { key: "is_the_proof_there", path: ["switch", 0, "when"], value: "{{ steps.job.missing | length == 0 }}" }),
  (d) => addNode(d, { kind: "action", spot: { after: "is_the_proof_there", port: "case:0" }, fields: { title: "Create the draft invoice", action: "accounting.create_invoice", connection: "accounting" } }),
  (d) => setField(d, { key: "create_the_draft_invoice", path: ["with"], value: { customer: "{{ steps.job.customer_id }}", reference: "{{ steps.job.number }}", lines: "{{ steps.job.lines }}" } }),
  (d) => addNode(d, { kind: "raise", spot: { after: "is_the_proof_there", port: "else" }, fields: { title: "Proof is missing" } }),
  (d) => setField(d, { key: "proof_is_missing", path: ["raise"], value: { reason: "missing_required", sentence: "Job {{ steps.job.number }} cannot be invoiced: proof is missing.", owner: "role:field_lead", due: "next_business_day 12:00", retry_from: "job" } }),
  (d) => addNode(d, { kind: "raise", spot: { onException: "create_the_draft_invoice" }, fields: { title: "Accounting refused" } }),
  (d) => setField(d, { key: "accounting_refused", path: ["raise", "reason"], value: "downstream_reject" }),
  (d) => setExceptions(d, { owner: "team:billing", due: "1 business day" }),
  (d) => setLog(d, { retention: "7y" }),
  (d) => setReview(d, { stage: "review" }),
];

const EXPECTED = `workflow: invoice-on-completion
owner: team:billing
source: projects
trigger: { id: start, on: projects.job_completed, connection: projects, dedupe: "{{ event.delivery_id }}" }
nodes:
  - id: job
    title: Read the job
    action: projects.get_job
    connection: projects
    with: { id: "{{ event.job_id }}" }
    next: is_the_proof_there
  - id: is_the_proof_there
    title: Is the proof there?
    switch:
      - { when: "{{ steps.job.missing | length == 0 }}", next: create_the_draft_invoice }
      - { else: true, next: proof_is_missing }
  - id: proof_is_missing
    title: Proof is missing
    raise:
      reason: missing_required
      sentence: "Job {{ steps.job.number }} cannot be invoiced: proof is missing."
      owner: role:field_lead
      due: next_business_day 12:00
      retry_from: job
  - id: create_the_draft_invoice
    title: Create the draft invoice
    action: accounting.create_invoice
    connection: accounting
    with:
      customer: "{{ steps.job.customer_id }}"
      reference: "{{ steps.job.number }}"
      lines: "{{ steps.job.lines }}"
    on_exception: accounting_refused
  - id: accounting_refused
    title: Accounting refused
    raise: { reason: downstream_reject }
exceptions: { owner: team:billing, due: 1 business day }
log: { retention: 7y }
review: { stage: review }
`;

describe("a workflow from nothing", () => {
  const documents = STEPS.reduce<WorkflowDocument[]>(
    (done, command) => {
      const outcome = command(done.at(-1) as WorkflowDocument);
      if (!outcome.ok) throw new Error(outcome.reason);
      return [...done, outcome.edit.document];
    },
    [documentOf(newWorkflow({ id: "invoice-on-completion", owner: "team:billing" }))],
  );
  const [first, last] = [documents[0] as WorkflowDocument, documents.at(-1) as WorkflowDocument];

  it("is written as a person would write it", () => {
    expect(serializeDocument(last)).toBe(EXPECTED);
    expect(graphOf(last).nodes.map((node) => [node.key, node.line])).toEqual([
      ["@trigger", "main"],
      ["job", "main"],
      ["is_the_proof_there", "main"],
      ["proof_is_missing", "exception"],
      ["create_the_draft_invoice", "main"],
      ["accounting_refused", "exception"],
    ]);
  });

  it("lacks less and less, until nothing is missing", () => {
    const counts = documents.map((document) => missingCount(checklist(document)));
    expect(counts[0]).toBeGreaterThan(4);
    expect(counts.at(-1)).toBe(0);
    expect(checklist(first).filter((part) => part.missing.length === 0).map((part) => part.part)).toEqual(["owners", "review"]);
  });

  it("takes another edge where one is drawn", () => {
    const outcome = connect(last, { from: "job", port: "exception", to: "proof_is_missing" });
    expect(outcome.ok && serializeDocument(outcome.edit.document)).toContain("    next: is_the_proof_there\n    on_exception: proof_is_missing\n");
  });
});
