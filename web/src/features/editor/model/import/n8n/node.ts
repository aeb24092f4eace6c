import { entry, isList, isMap, type Json, type JsonMap, shown } from "../../text/value";
import { compared, conditionOf } from "./condition";
import { shortType, type ExportNode } from "./export";
import { translateValue, type Scope } from "./expression";
import { httpRequest, jsonBody } from "./http";

/** A node here for one there. */
export interface MappedNode {
  /** The kind and its fields. */
  readonly fields: JsonMap;
  readonly notes: readonly string[];
  /** Expressions that could not be translated, and stand as words. */
  readonly failed?: readonly string[];
  readonly translated?: number;
  /** Below the step's output: where what n8n calls `$json` stands. */
  readonly output?: string;
  /** For a switch: which output of n8n each case is; the last is `else`. */
  readonly cases?: number;
}

type Map = (node: ExportNode, scope: Scope) => MappedNode | null;

/** What a node becomes; nothing where it has no counterpart. */
export function mapNode(node: ExportNode, scope: Scope): MappedNode | null {
  return NODES[shortType(node)]?.(node, scope) ?? null;
}

const NODES: Readonly<Record<string, Map>> = {
  set: setNode,
  if: (node, scope) => ifNode(node, scope),
  filter: (node, scope) => ifNode(node, scope),
  switch: switchNode,
  httpRequest,
  code: codeNode,
  function: codeNode,
  functionItem: codeNode,
  merge: mergeNode,
  wait: waitNode,
  executeWorkflow: callNode,
  respondToWebhook: respondNode,
  noOp: (_, scope) => ({ fields: { set: `{{ ${scope.current} }}` }, notes: [] }),
  stopAndError: stopNode,
  emailSend: mailNode,
};

function translated(value: Json | undefined, scope: Scope): { value: Json; failed: readonly string[]; translated: number } {
  const { value: out, failed, count } = translateValue(value, scope);
  return { value: out, failed, translated: count };
}

function setNode({ parameters }: ExportNode, scope: Scope): MappedNode | null {
  const notes = ["n8n hands the incoming fields on as well; here the output is what is written"];
  const only = parameters["keepOnlySet"] === true || (parameters["includeOtherFields"] !== true && parameters["assignments"] !== undefined);
  if (parameters["mode"] === "raw") {
    const raw = parameters["jsonOutput"];
    const parsed = typeof raw === "string" && !raw.startsWith("=") ? tryJson(raw) : undefined;
    if (parsed === undefined) return null;
    return { fields: { set: translateValue(parsed, scope).value }, notes: only ? [] : notes };
  }
  const assigned = assignments(parameters);
  if (!assigned.length) return { fields: { set: `{{ ${scope.current} }}` }, notes: ["It sets nothing in n8n: what comes in is handed on"] };
  const value: Record<string, Json> = {};
  for (const [name, field] of assigned) putAt(value, name.split("."), field);
  const out = translated(value, scope);
  return { fields: { set: out.value }, notes: only ? [] : notes, failed: out.failed, translated: out.translated };
}

/** Names and values in the three forms that the versions of the node have. */
function assignments(parameters: JsonMap): [string, Json][] {
  const found: [string, Json][] = [];
  const newest = entry(parameters["assignments"], "assignments");
  for (const one of isList(newest) ? newest : []) found.push([shown(entry(one, "name")), entry(one, "value") ?? null]);
  const middle = entry(parameters["fields"], "values");
  for (const one of isList(middle) ? middle : []) {
    const key = isMap(one) ? Object.keys(one).find((name) => name.endsWith("Value")) : undefined;
    found.push([shown(entry(one, "name")), (key === undefined ? null : entry(one, key)) ?? null]);
  }
  const oldest = parameters["values"];
  for (const list of isMap(oldest) ? Object.values(oldest) : []) {
    for (const one of isList(list) ? list : []) found.push([shown(entry(one, "name")), entry(one, "value") ?? null]);
  }
  return found.filter(([name]) => name !== "");
}

function putAt(value: Record<string, Json>, path: readonly string[], field: Json): void {
  const [first = "", ...rest] = path;
  if (!rest.length) {
    value[first] = field;
    return;
  }
  const inner = isMap(value[first]) ? { ...(value[first] as Record<string, Json>) } : {};
  putAt(inner, rest, field);
  value[first] = inner;
}

function ifNode({ parameters }: ExportNode, scope: Scope): MappedNode | null {
  const when = conditionOf(parameters["conditions"], parameters["combineOperation"], scope);
  if (when === null) return null;
  return { fields: { switch: [{ when: `{{ ${when} }}` }, { else: true }] }, notes: [], translated: 1, cases: 1 };
}

function switchNode({ parameters }: ExportNode, scope: Scope): MappedNode | null {
  const rules = parameters["rules"];
  const newest = entry(rules, "values");
  const oldest = entry(rules, "rules");
  const whens = isList(newest)
    ? newest.map((rule) => conditionOf(entry(rule, "conditions"), undefined, scope))
    : (isList(oldest) ? oldest : []).map((rule) => compared(shown(entry(rule, "operation"), "equal"), parameters["value1"], entry(rule, "value2"), scope));
  if (!whens.length || whens.some((when) => when === null)) return null;
  const all = entry(parameters["options"], "allMatchingOutputs") === true;
  const cases: Json[] = whens.map((when) => ({ when: `{{ ${when ?? ""} }}` }));
  return { fields: { switch: [...cases, { else: true }], ...(all ? { match: "all" } : {}) }, notes: [], translated: 1, cases: cases.length };
}

/** What of n8n's own the code of a node may use here. */
const PRELUDE = `const items = [{ json: input }];
const $json = input;
const item = input;
const $input = { all: () => items, first: () => items[0], last: () => items[0], item: items[0] };
const result = (() => {
`;
const EPILOGUE = `
})();
const given = Array.isArray(result) ? result.map((one) => one?.json ?? one) : (result?.json ?? result);
return Array.isArray(given) && given.length === 1 ? given[0] : given;
`;
const FOREIGN = /\$(?!json\b|input\b)\w*|\brequire\s*\(|\bawait\b|\bimport\b|\bfetch\s*\(|\bthis\.|\bprocess\.|\bBuffer\b/;

function codeNode({ parameters }: ExportNode, scope: Scope): MappedNode | null {
  const code = parameters["jsCode"] ?? parameters["functionCode"];
  if (typeof code !== "string" || FOREIGN.test(code)) return null;
  const notes = ["The code sees one item, the input; in n8n it sees all items"];
  return { fields: { code: PRELUDE + code.trimEnd() + EPILOGUE, input: `{{ ${scope.current} }}` }, notes };
}

function mergeNode({ parameters }: ExportNode): MappedNode {
  const mode = parameters["mode"];
  const plain = mode === undefined || mode === "append" || mode === "chooseBranch" || mode === "passThrough" || mode === "wait";
  const notes = plain ? [] : [`n8n joins the items (${shown(mode)}); here the branches only meet: read both by steps.NAME`];
  return { fields: { join: "all" }, notes };
}

const UNITS: Readonly<Record<string, string>> = { seconds: "s", minutes: "m", hours: "h", days: "d" };

function waitNode({ parameters }: ExportNode, scope: Scope): MappedNode | null {
  const resume = parameters["resume"] ?? "timeInterval";
  const unit = UNITS[shown(parameters["unit"], "hours")];
  if (resume === "timeInterval" && unit && typeof (parameters["amount"] ?? 1) === "number") return { fields: { wait: { for: `${shown(parameters["amount"], "1")}${unit}` } }, notes: [] };
  if (resume !== "specificTime" || parameters["dateTime"] === undefined) return null;
  const until = translated(parameters["dateTime"], scope);
  return until.failed.length ? null : { fields: { wait: { until: until.value } }, notes: [], translated: until.translated };
}

function callNode({ parameters }: ExportNode, scope: Scope): MappedNode | null {
  const reference = parameters["workflowId"];
  const name = entry(reference, "cachedResultName") ?? entry(reference, "value") ?? reference;
  if (typeof name !== "string" || name.startsWith("=") || parameters["source"] === "parameter") return null;
  const call = slug(name);
  const inputs = entry(parameters["workflowInputs"], "value");
  const given = isMap(inputs) && Object.keys(inputs).length ? translated(inputs, scope) : { value: `{{ ${scope.current} }}`, failed: [], translated: 0 };
  return { fields: { call, with: given.value }, notes: [`It calls “${name}”: import that one as the workflow “${call}”`], failed: given.failed, translated: given.translated };
}

function respondNode({ parameters }: ExportNode, scope: Scope): MappedNode | null {
  const kind = parameters["respondWith"] ?? "firstIncomingItem";
  const status = entry(parameters["options"], "responseCode");
  const base = { status: typeof status === "number" ? status : 200 };
  if (kind === "noData") return { fields: { respond: base }, notes: [] };
  if (kind === "firstIncomingItem") return { fields: { respond: { ...base, body: `{{ ${scope.current} }}` } }, notes: [] };
  const text = parameters["responseBody"];
  const body = kind === "json" && typeof text === "string" ? (jsonBody(text)?.json ?? text) : text;
  if (kind !== "json" && kind !== "text") return null;
  const out = translated(body, scope);
  return { fields: { respond: { ...base, body: out.value } }, notes: [], failed: out.failed, translated: out.translated };
}

function stopNode({ parameters }: ExportNode, scope: Scope): MappedNode {
  const message = translated(parameters["errorMessage"] ?? "", scope);
  const words = typeof message.value === "string" ? message.value : "";
  const sentence = words.length >= 20 ? words : `The workflow stopped: ${words || "no reason given"}.`;
  return { fields: { raise: { reason: "needs_judgement", sentence } }, notes: ["An error in n8n is an exception here: say who owns it"], failed: message.failed };
}

function mailNode({ parameters }: ExportNode, scope: Scope): MappedNode {
  const to = parameters["toEmail"];
  const addresses = typeof to === "string" && !to.startsWith("=") ? to.split(",").map((one) => one.trim()) : [to ?? ""];
  const value = { from: parameters["fromEmail"] ?? "", to: addresses, subject: parameters["subject"] ?? "", text: parameters["text"] ?? parameters["message"] ?? parameters["html"] ?? "" };
  const out = translated(value, scope);
  const notes = ["Choose the connection for mail"];
  if (parameters["html"] !== undefined && parameters["text"] === undefined) notes.push("It sends HTML in n8n: it is sent as text here");
  for (const key of ["ccEmail", "bccEmail"]) if (parameters[key]) notes.push(`${key} is not taken over: ${shown(parameters[key])}`);
  return { fields: { action: "mail.send_message", connection: "mail", with: out.value }, notes, failed: out.failed, translated: out.translated };
}

function tryJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A name as the id of a workflow or a connection. */
export function slug(name: string): string {
  const words = name.normalize("NFKD").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^[^a-z]+|-+$/g, "");
  return words.slice(0, 60) || "imported";
}
