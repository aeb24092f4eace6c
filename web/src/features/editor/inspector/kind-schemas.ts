import type { Schema } from "../api";
import type { NodeKind } from "../model/node";

/** The closed list of reasons, as the server knows them. */
export const REASONS = [
  "missing_required", "invalid_value", "unmapped_value", "unmatched_identity", "ambiguous_identity", "duplicate_suspect", "authority_conflict", "drift",
  "stale_precondition", "policy_hold", "amount_mismatch", "sequence_gap", "deadline_passed", "downstream_reject", "unknown_outcome", "approval_expired",
  "approval_rejected", "auth_failed", "rate_limited", "transient_exhausted", "too_large", "parse_error", "schema_changed", "connector_fault",
  "needs_judgement", "workflow_defect",
] as const;

const text = (title: string, more: Schema = {}): Schema => ({ type: "string", title, ...more });
const object = (properties: Record<string, Schema>, required: readonly string[] = [], more: Schema = {}): Schema => ({ type: "object", properties, required, ...more });
const spoken = (code: string): string => code.charAt(0).toUpperCase() + code.slice(1).replaceAll("_", " ");
const chosen = (title: string, values: readonly string[], more: Schema = {}): Schema => ({ title, oneOf: values.map((value) => ({ const: value, title: spoken(value) })), ...more });

const OWNER = text("Owner", { "x-editor": "owner" });
const DUE = text("Time allowed", { "x-editor": "due" });

const updates = object({ system: text("System", { examples: ["accounting"] }), record: text("Record", { examples: ["invoice"] }), fields: { type: "array", title: "Fields", items: text("Field") }, by: chosen("Updated", ["automatic", "hand"]) }, ["system", "record", "by"]);

const RAISE = object(
  {
    reason: chosen("Reason", REASONS),
    sentence: text("Why the normal path stops, in a sentence", { maxLength: 1000, description: "At least 20 characters. Its owner reads this first.", examples: ["Job {{ steps.job.number }} lacks its proof of work"] }),
    owner: OWNER,
    due: DUE,
    money: text("Money at risk", { examples: ["{{ steps.job.total }}"] }),
    updates_after: { type: "array", title: "What updates after it is resolved", items: updates },
    retry_from: text("Goes on from", { "x-editor": "node", description: "The step to run again when it is resolved." }),
    severity: chosen("Severity", ["low", "normal", "high", "critical"]),
    customer_visible: { type: "boolean", title: "The customer notices" },
    tags: { type: "array", title: "Words to find it by", items: text("Word") },
  },
  ["reason"],
);

const ASK = object(
  {
    question: text("Question", { maxLength: 1000, examples: ["Invoice {{ event.invoice }} is unpaid. What now?"] }),
    form: {
      title: "Fields of the answer",
      anyOf: [
        {
          title: "A list of fields",
          type: "array",
          items: object(
            { field: text("Name", { examples: ["decision"] }), type: chosen("Kind", ["text", "long_text", "number", "whole", "yes_no", "date", "money", "choice"]), title: text("Label"), required: { type: "boolean", title: "Must be answered" }, options: { type: "array", title: "Choices", items: text("Choice") } },
            ["field"],
          ),
        },
        { title: "A JSON Schema", type: "object" },
      ],
    },
    owner: OWNER,
    due: DUE,
  },
  ["question", "form"],
);

const RESPOND = object({ status: { type: "integer", title: "Status", minimum: 100, maximum: 599, default: 200 }, headers: { type: "object", title: "Headers", additionalProperties: { type: "string" } }, body: { title: "Body" } });
const END = object({ status: chosen("The run ends", ["succeeded", "failed"]), output: { title: "Output" } });

const WAIT: Schema = {
  title: "Waits",
  oneOf: [
    object({ for: text("For a time", { examples: ["2h"] }) }, ["for"], { title: "For a time", additionalProperties: false }),
    object({ until: text("Until", { examples: ["{{ steps.quote.sent_at | add('2d') }}"] }) }, ["until"], { title: "Until a moment", additionalProperties: false }),
    object({ business: text("Business time", { "x-editor": "due" }) }, ["business"], { title: "For business time", additionalProperties: false }),
    object({ event: text("Event", { examples: ["payment.received"] }), key: text("Key", { examples: ["{{ event.invoice }}"] }), timeout: text("At most", { examples: ["7d"] }) }, ["event"], { title: "For an event" }),
  ],
};

const JOIN: Schema = { title: "Goes on after", anyOf: [{ title: "All branches", const: "all" }, { title: "The first branch", const: "any" }, { title: "A number of branches", type: "integer", minimum: 1 }] };

/** What stands below the key of a kind, where a schema is enough to draw its form. */
export const KIND_SCHEMAS: Readonly<Partial<Record<NodeKind, Schema>>> = { raise: RAISE, ask: ASK, respond: RESPOND, end: END, wait: WAIT, join: JOIN };

export const RETRY: Schema = object({ attempts: { type: "integer", title: "Attempts in all", minimum: 1, maximum: 20, examples: ["5"] }, over: text("The last one starts at most", { examples: ["30m"], description: "After the first, spread out in between." }) });
