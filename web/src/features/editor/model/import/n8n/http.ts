import { entry, isList, isMap, type Json, type JsonMap, shown } from "../../text/value";
import type { ExportNode } from "./export";
import { translateValue, type Scope } from "./expression";
import type { MappedNode } from "./node";

/** A request: the origin becomes a connection, the rest the action's input. What writes is sent once. */
export function httpRequest(node: ExportNode, scope: Scope): MappedNode | null {
  const { parameters } = node;
  const url = parameters["url"];
  const method = shown(parameters["method"] ?? parameters["requestMethod"], "GET").toUpperCase();
  const found = typeof url === "string" ? /^=?(https?:\/\/[^/?#{\s]+)([^]*)$/.exec(url) : null;
  const action = ACTIONS[method];
  if (!found || typeof url !== "string" || !action) return null;
  const [path = "", search = ""] = (found[2] ?? "").split(/\?([^]*)/);
  const marked = url.startsWith("=") ? "=" : "";
  const body = bodyOf(parameters);
  if (body === null) return null;
  const value: Record<string, Json> = { ...(method === "POST" ? {} : { method }), path: marked + (path.startsWith("/") ? path : `/${path}`) };
  const query = { ...searchOf(search, marked), ...pairs(parameters["queryParameters"]), ...pairs(parameters["queryParametersUi"]) };
  const headers = { ...pairs(parameters["headerParameters"]), ...pairs(parameters["headerParametersUi"]) };
  if (Object.keys(query).length) value["query"] = query;
  if (Object.keys(headers).length) value["headers"] = headers;
  if (body !== undefined) value["body"] = body;
  const out = translateValue(value, scope);
  const connection = (found[1] ?? "").replace(/^https?:\/\//, "").replaceAll(/[^a-z0-9]+/gi, "_").toLowerCase();
  return {
    fields: { action, connection, with: out.value },
    notes: notesOf(parameters, node.original, found[1] ?? "", connection),
    failed: out.failed,
    translated: out.count,
    output: ".body",
  };
}

const ACTIONS: Readonly<Record<string, string>> = {
  GET: "http.read",
  HEAD: "http.read",
  POST: "http.write_once",
  PUT: "http.write",
  PATCH: "http.write",
  DELETE: "http.write",
};

function notesOf(parameters: JsonMap, original: JsonMap, origin: string, connection: string): string[] {
  const notes = [`Make the connection “${connection}” with the base address ${origin}`];
  const credentials = original["credentials"];
  if (isMap(credentials)) notes.push(`Its credential (${Object.keys(credentials).join(", ")}) is entered in the connection: an export holds no secret`);
  const options = parameters["options"];
  if (isMap(options) && Object.keys(options).length) notes.push(`These options are not taken over: ${Object.keys(options).join(", ")}`);
  return notes;
}

function pairs(list: Json | undefined): Record<string, Json> {
  const values = entry(list, "parameters") ?? entry(list, "parameter");
  const found: Record<string, Json> = {};
  for (const one of isList(values) ? values : []) found[shown(entry(one, "name"))] = entry(one, "value") ?? "";
  return found;
}

function searchOf(search: string, marked: string): Record<string, Json> {
  const found: Record<string, Json> = {};
  for (const part of search.split("&").filter((part) => part !== "")) {
    const [name = "", value = ""] = part.split(/=([^]*)/);
    found[name] = value.includes("{{") ? marked + value : plain(value);
  }
  return found;
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The body; `undefined` where there is none, `null` where it is in a form that is not known. */
function bodyOf(parameters: JsonMap): JsonMap | undefined | null {
  const sends = parameters["sendBody"] === true || parameters["jsonParameters"] === true || parameters["bodyParametersUi"] !== undefined;
  if (!sends) return undefined;
  const type = parameters["contentType"] ?? "json";
  const text = parameters["jsonBody"] ?? parameters["bodyParametersJson"];
  if (type === "raw") return { text: { media_type: parameters["rawContentType"] ?? "text/plain", text: parameters["body"] ?? "" } };
  if (type !== "json") return null;
  if (text === undefined) return { json: { ...pairs(parameters["bodyParameters"]), ...pairs(parameters["bodyParametersUi"]) } };
  if (typeof text !== "string") return { json: text };
  return jsonBody(text);
}

/** A body that is written as JSON, with expressions as whole values or within texts. */
export function jsonBody(text: string): { readonly json: Json } | null {
  const whole = /^=\s*\{\{[^]*\}\}\s*$/.test(text) && (text.match(/\{\{/g)?.length ?? 0) === 1;
  if (whole) return { json: text };
  const marked = text.startsWith("=") ? text.slice(1) : text;
  const quotedParts = marked.replaceAll(/"(?:[^"\\]|\\.)*"|\{\{[^]*?\}\}/g, (part) => (part.startsWith("{{") ? JSON.stringify(`=${part}`) : part));
  try {
    const parsed = JSON.parse(quotedParts) as Json;
    return { json: text.startsWith("=") ? withMarks(parsed) : parsed };
  } catch {
    return null;
  }
}

function withMarks(value: Json): Json {
  if (typeof value === "string") return value.includes("{{") && !value.startsWith("=") ? `=${value}` : value;
  if (isList(value)) return value.map(withMarks);
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withMarks(inner ?? null)])) : value;
}
