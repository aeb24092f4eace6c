import { entry, isList, isMap, type Json, type JsonMap, shown } from "../../text/value";
import { shortType, type ExportNode } from "./export";

/** What starts a run here, and what differs. */
export interface MappedTrigger {
  readonly fields: JsonMap;
  /** JSON Schema of what a form asks. */
  readonly input?: JsonMap;
  readonly notes: readonly string[];
  /** False: nothing here corresponds, and a person has to choose. */
  readonly known: boolean;
}

/** Nodes with which a workflow of n8n begins. */
export function isTrigger(node: ExportNode): boolean {
  const type = shortType(node);
  return /trigger$/i.test(type) || ["webhook", "start", "cron", "interval", "emailReadImap"].includes(type);
}

export function mapTrigger(node: ExportNode): MappedTrigger {
  const map = TRIGGERS[shortType(node)];
  if (map) return map(node);
  return { fields: { on: "throughline.manual" }, notes: [`What starts it in n8n (${node.type}) has no counterpart that is known: choose a trigger`], known: false };
}

const MANUAL: MappedTrigger = { fields: { on: "throughline.manual" }, notes: [], known: true };

const TRIGGERS: Readonly<Record<string, (node: ExportNode) => MappedTrigger>> = {
  manualTrigger: () => MANUAL,
  start: () => MANUAL,
  executeWorkflowTrigger: () => ({ fields: { on: "throughline.called" }, notes: [], known: true }),
  webhook,
  scheduleTrigger: schedule,
  cron: schedule,
  interval: schedule,
  formTrigger: form,
  emailReadImap: () => ({
    fields: { on: "mail.received" },
    notes: ["Mail comes to an address of this server, not out of a mailbox: forward it there"],
    known: true,
  }),
};

function webhook({ parameters, original }: ExportNode): MappedTrigger {
  const path = parameters["path"] ?? original["webhookId"];
  const mode = parameters["responseMode"];
  const waits = mode === "responseNode" || mode === "lastNode";
  const notes = ["The address changes: it is /hooks/WORKSPACE/ and the path"];
  if (typeof path === "string" && path.includes(":")) notes.push(`The path “${path}” has parameters, which are not taken from the address here`);
  if (parameters["authentication"] !== undefined && parameters["authentication"] !== "none") notes.push("How the sender proves who it is has to be set anew");
  const fields = { on: "webhook.received", with: { ...(typeof path === "string" ? { path } : {}), shape: "request", ...(waits ? { reply: "sync" } : {}) } };
  return { fields, notes, known: true };
}

function schedule({ parameters }: ExportNode): MappedTrigger {
  const rule = parameters["rule"] ?? parameters["triggerTimes"];
  const list = entry(rule, "interval") ?? entry(rule, "item") ?? (parameters["unit"] === undefined ? undefined : [parameters]);
  const [first, ...others] = isList(list) ? list : [{}];
  const cron = cronOf(isMap(first) ? first : {});
  const notes = others.length ? [`Of its ${others.length + 1} times only the first is taken over: a trigger has one`] : [];
  if (cron === null) return { fields: { on: "schedule.tick", with: { cron: "0 0 * * *" } }, notes: [...notes, "The times could not be read: it stands at midnight, set them"], known: true };
  return { fields: { on: "schedule.tick", with: { cron } }, notes, known: true };
}

function cronOf(one: JsonMap): string | null {
  const number = (key: string, otherwise: number): number => (typeof one[key] === "number" ? one[key] : otherwise);
  const [minute, hour] = [number("triggerAtMinute", number("minute", 0)), number("triggerAtHour", number("hour", 0))];
  const field = one["field"] ?? one["unit"] ?? one["mode"] ?? "days";
  switch (field) {
    case "cronExpression":
    case "custom": {
      const expression = one["expression"] ?? one["cronExpression"];
      return typeof expression === "string" && !expression.startsWith("=") ? expression : null;
    }
    case "minutes":
    case "everyX":
    case "everyMinute":
      return `*/${number("minutesInterval", number("value", field === "minutes" ? number("interval", 5) : 1))} * * * *`;
    case "hours":
    case "everyHour":
      return `${minute} ${number("hoursInterval", number("interval", 1)) === 1 ? "*" : `*/${number("hoursInterval", number("interval", 1))}`} * * *`;
    case "days":
    case "everyDay":
      return number("daysInterval", 1) === 1 ? `${minute} ${hour} * * *` : null;
    case "weeks":
    case "everyWeek": {
      const days = isList(one["triggerAtDay"]) ? one["triggerAtDay"] : [one["weekday"] ?? 0];
      return number("weeksInterval", 1) === 1 ? `${minute} ${hour} * * ${days.map((day) => shown(day)).join(",")}` : null;
    }
    case "months":
    case "everyMonth":
      return number("monthsInterval", 1) === 1 ? `${minute} ${hour} ${number("triggerAtDayOfMonth", number("dayOfMonth", 1))} * *` : null;
    default:
      return null;
  }
}

const FORM_TYPES: Readonly<Record<string, JsonMap>> = {
  email: { type: "string", format: "email" },
  number: { type: "number" },
  date: { type: "string", format: "date" },
  textarea: { type: "string", maxLength: 2000 },
  checkbox: { type: "boolean" },
};

function form({ parameters }: ExportNode): MappedTrigger {
  const fields = entry(parameters["formFields"], "values");
  const properties: Record<string, Json> = {};
  const required: string[] = [];
  const notes: string[] = [];
  for (const field of isList(fields) ? fields : []) {
    const label = shown(entry(field, "fieldLabel") ?? entry(field, "fieldName"));
    const type = shown(entry(field, "fieldType"), "text");
    const options = entry(entry(field, "fieldOptions"), "values");
    const names = isList(options) ? options.map((option) => shown(entry(option, "option"))) : [];
    if (type === "file") notes.push(`The field “${label}” takes a file, which a form here does not: it is a text`);
    properties[label] = names.length ? { enum: names, title: label } : { ...(FORM_TYPES[type] ?? { type: "string" }), title: label };
    if (entry(field, "requiredField") === true) required.push(label);
  }
  const words: Record<string, Json> = {};
  for (const [key, from] of [["path", "path"], ["title", "formTitle"], ["intro", "formDescription"]] as const) {
    const value = parameters[from];
    if (typeof value === "string" && value) words[key] = value;
  }
  const input = { type: "object", ...(required.length ? { required } : {}), properties };
  return { fields: { on: "form.submitted", with: words }, input, notes, known: true };
}
