import type { Schema } from "../api";
import type { Path } from "../model/text/value";

interface PartForm {
  /** Where its fields stand in the text. */
  readonly at: Path;
  readonly schema: Schema;
  readonly words: string;
}

const text = (title: string, more: Schema = {}): Schema => ({ type: "string", title, ...more });

/** Forms of what the workflow says about itself. */
export const WORKFLOW_FORMS: Readonly<Record<string, PartForm>> = {
  workflow: {
    at: [],
    words: "",
    schema: {
      type: "object",
      properties: {
        title: text("Title", { examples: ["Invoice readiness"] }),
        owner: text("Owner of the workflow", { "x-editor": "owner" }),
        source: text("Source system", { examples: ["projects"], description: "The system whose record this is about." }),
        description: text("What it is for", { maxLength: 2000 }),
        keys: { type: "object", title: "Keys that runs are found by", description: "At most 8, each an expression such as {{ event.job_id }}.", additionalProperties: { type: "string" } },
        vars: { type: "object", title: "Parameters", description: "Read as vars.NAME; a client workspace may say other values.", additionalProperties: {} },
        input: { title: "Schema of what starts it" },
        output: { title: "Schema of what it gives when called" },
      },
      required: ["owner", "source"],
    },
  },
  exceptions: {
    at: ["exceptions"],
    words: "Who answers, and until when, where no step says anything nearer.",
    schema: {
      type: "object",
      properties: { owner: text("Owner", { "x-editor": "owner" }), due: text("Time allowed", { "x-editor": "due" }), backup: text("Stands in", { "x-editor": "owner" }) },
      required: ["owner", "due"],
    },
  },
  log: {
    at: ["log"],
    words: "Every run is kept in a log that can be checked; here is for how long, and what is hidden in it.",
    schema: {
      type: "object",
      properties: {
        retention: text("Kept for", { examples: ["7y"], description: "Whole days: 90d, 1y, 7y." }),
        redact: { type: "array", title: "Hidden in it", description: "Paths such as steps.job.customer.phone.", items: text("Path") },
      },
      required: ["retention"],
    },
  },
};

/** Who must agree before a write leaves, in the form that most workflows need; other forms are shown whole. */
export const APPROVALS: Schema = {
  type: "object",
  properties: {
    who: { title: "Who approves", anyOf: [{ title: "One team, role or person", type: "string", "x-editor": "owner" }, { title: "Several", type: "array", items: text("Who", { "x-editor": "owner" }) }] },
    rules: {
      type: "array",
      title: "Rules",
      items: {
        type: "object",
        properties: {
          name: text("Name", { examples: ["finance"] }),
          when: text("Only when", { examples: ["{{ amount | amount_gt(5000) }}"] }),
          who: { title: "Who", anyOf: [{ title: "One team, role or person", type: "string", "x-editor": "owner" }, { title: "Several", type: "array", items: text("Who", { "x-editor": "owner" }) }] },
          need: { title: "How many of them", anyOf: [{ title: "Any one", const: "any" }, { title: "All", const: "all" }, { title: "A number", type: "integer", minimum: 1 }] },
        },
        required: ["who"],
      },
    },
    expires: text("Expires after", { "x-editor": "due" }),
    remind: { type: "array", title: "Reminded after", items: text("Time", { "x-editor": "due" }) },
  },
};

export const REVIEW: Schema = {
  type: "object",
  properties: {
    tolerated_error: text("Errors that are tolerated", { examples: ["1%"], description: "From 0.5% to 10%." }),
    until: text("Until", { examples: ["graduated"], description: "graduated, or a date such as 2027-03-31." }),
    bands: { type: "object", title: "Risk bands", description: "Each graduates on its own: a name and a condition over the fields of the write.", additionalProperties: { type: "string" } },
  },
};
