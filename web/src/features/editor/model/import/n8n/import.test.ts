import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { changeKind } from "../../commands/change-kind";
import { checklist } from "../../checklist";
import { leadsTo } from "../../commands/connect";
import { setTrigger } from "../../commands/set-trigger";
import { fieldAt } from "../../document";
import { graphOf } from "../../graph/graph";
import { NODE_ID, nodeIndex } from "../../node-index";
import { documentOf } from "../../testing/texts";
import { equal } from "../../text/value";
import { placeholderOf } from "../placeholder";
import { translateExpression } from "./expression";
import { importN8n, type Imported } from "./import";

const SAMPLES = join(import.meta.dirname, "samples");
const files = readdirSync(SAMPLES).filter((file) => file.endsWith(".json"));

function sample(file: string): { source: { nodes: { name: string; type: string }[] }; imported: Imported & { ok: true } } {
  const text = readFileSync(join(SAMPLES, file), "utf8");
  return { source: JSON.parse(text) as { nodes: { name: string; type: string }[] }, imported: imported(text) };
}

function imported(text: string): Imported & { ok: true } {
  const result = importN8n(text);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

function sound(result: Imported & { ok: true }, nodes: readonly { name: string }[]): void {
  const document = documentOf(result.text);
  const index = nodeIndex(document);
  for (const { id, key } of index.entries) expect(id === key && NODE_ID.test(id)).toBe(true);
  expect(graphOf(document).edges.filter((edge) => edge.to === null)).toEqual([]);
  for (const edge of graphOf(document).edges) if (edge.to !== null && edge.kind !== "start") expect(leadsTo(index, edge.to, edge.from)).toBe(false);
  const told = new Set(result.report.map((line) => line.name));
  expect(nodes.filter((node) => !told.has(node.name))).toEqual([]);
  for (const { node } of index.entries) {
    const kept = placeholderOf(node);
    if (kept) expect(nodes.some((original) => equal(original, kept.original))).toBe(true);
  }
}

describe("exports of n8n", () => {
  it.each(files)("%s becomes what stands beside it", async (file) => {
    const { source, imported } = sample(file);
    await expect(imported.text).toMatchFileSnapshot(join(SAMPLES, file.replace(".json", ".yaml")));
    const lines = imported.report.map((line) => `${line.fate}: ${line.name}: ${line.words}\n`).join("");
    await expect(lines).toMatchFileSnapshot(join(SAMPLES, file.replace(".json", ".txt")));
    sound(imported, source.nodes);
  });

  it("keeps what has no counterpart as a named node that somebody has to build", () => {
    const { imported, source } = sample("support-assistant.json");
    const document = documentOf(imported.text);
    const slack = nodeIndex(document).byKey.get("tell_billing");
    expect(graphOf(document).nodes.find((node) => node.key === "tell_billing")?.kind).toBe("unknown");
    expect(placeholderOf(slack?.node)?.original).toEqual(source.nodes.find((node) => node.name === "Tell billing"));
    expect(imported.counts.placeholder).toBe(6);
    const built = changeKind(document, { key: "tell_billing", kind: "action", fields: { action: "chat.send" } });
    expect(built.ok && fieldAt(built.edit.document, ["nodes", slack?.index ?? 0])).toEqual({ id: "tell_billing", title: "Tell billing", action: "chat.send", next: "done_any" });
  });

  it("asks for a trigger where nothing corresponds to the one there", () => {
    const text = JSON.stringify({ nodes: [{ name: "On row", type: "n8n-nodes-base.airtableTrigger", parameters: { base: "b" } }, { name: "Go", type: "n8n-nodes-base.noOp" }], connections: { "On row": { main: [[{ node: "Go" }]] } } });
    const document = documentOf(imported(text).text);
    expect(placeholderOf(fieldAt(document, ["trigger"]))?.original).toMatchObject({ parameters: { base: "b" } });
    expect(checklist(document)[0]?.missing).toEqual(["Nothing says what starts a run"]);
    const chosen = setTrigger(document, { on: "webhook.received" });
    expect(chosen.ok && fieldAt(chosen.edit.document, ["trigger"])).toEqual({ id: "on_row", on: "webhook.received" });
  });

  it("takes long chains of ways that part and meet", () => {
    const count = 60;
    const nodes = Array.from({ length: count }, (_, at) => ({ name: `N${at}`, type: `n8n-nodes-base.${at % 3 === 0 ? "filter" : "noOp"}`, parameters: {} }));
    const connections = Object.fromEntries(nodes.map(({ name }, at) => [name, { main: [[{ node: `N${at + 1}` }, { node: `N${at + 2}` }]] }]));
    sound(imported(JSON.stringify({ nodes, connections })), nodes);
  });

  it("leaves the parts that n8n does not know to be answered, and takes them where they are given", () => {
    const text = readFileSync(join(SAMPLES, "nightly-loop.json"), "utf8");
    const result = importN8n(text, { owner: "team:desk", source: "stock" });
    expect(fieldAt(documentOf(result.ok ? result.text : ""), ["owner"])).toBe("team:desk");
    expect(fieldAt(documentOf(imported(text).text), ["owner"])).toBeUndefined();
  });

  it("says why it cannot be read", () => {
    expect(importN8n("hello")).toEqual({ ok: false, reason: "This is not JSON" });
    expect(importN8n("{}")).toEqual({ ok: false, reason: "This is not an export of n8n: there are no nodes in it" });
    expect(importN8n("[]")).toMatchObject({ ok: false });
    expect(importN8n('[{"nodes":[]},{"nodes":[]}]')).toMatchObject({ ok: false });
    expect(importN8n('[{"nodes":[]}]')).toMatchObject({ ok: true });
    expect(importN8n('{"nodes":[5,{"name":7}],"connections":[]}')).toMatchObject({ ok: true });
  });
});

describe("expressions of n8n", () => {
  const scope = { current: "steps.a", outputOf: (name: string) => (name === "Get it" ? "steps.get_it.body" : undefined) };
  it.each([
    ["$json.x.y", "steps.a.x.y"],
    ['$json["x"]["two words"]', 'steps.a.x["two words"]'],
    ["$('Get it').item.json.id", "steps.get_it.body.id"],
    ['$node["Get it"].json["id"] + 1', "steps.get_it.body.id + 1"],
    ["$input.first().json.total >= 5 && !$json.done", "steps.a.total >= 5 and not steps.a.done"],
    ["$json.name.trim().toLowerCase() === 'a + b' || $json.x !== null", "steps.a.name | trim | lower == 'a + b' or steps.a.x != none"],
    ["'No. ' + $json.number", "'No. ' ~ steps.a.number"],
    ["$json.lines.length", "steps.a.lines | length"],
    ["$now", "now"],
    ["$vars.limit", "vars.limit"],
    ["$json.a?.b", "steps.a.a.b"],
  ])("%s", (source, expected) => {
    expect(translateExpression(source, scope)).toBe(expected);
  });

  it.each(["$('Nobody').item.json.x", "$json.list.map(x => x.id)", "`a ${$json.x}`", "$json.a ? 1 : 2", "$now.plus(1)", "DateTime.now()", "$execution.id", "new Date()", "$json.x; 1", ""])("%s is left to a person", (source) => {
    expect(translateExpression(source, scope)).toBeNull();
  });
});

describe("any export", () => {
  const types = ["set", "if", "switch", "httpRequest", "code", "merge", "wait", "executeWorkflow", "splitInBatches", "noOp", "slack", "stickyNote", "webhook", "manualTrigger", "respondToWebhook", "stopAndError", "emailSend"];
  const node = fc.record({
    type: fc.constantFrom(...types).map((type) => `n8n-nodes-base.${type}`),
    typeVersion: fc.constantFrom(1, 2, 3),
    disabled: fc.boolean(),
    parameters: fc.oneof(
      fc.constant({}),
      fc.dictionary(fc.constantFrom("url", "jsCode", "values", "rules", "conditions", "amount", "workflowId", "mode"), fc.jsonValue({ maxDepth: 3 })),
      fc.constant({ url: "https://a.example/{{ x", jsCode: "return items;", workflowId: "W", amount: 1, unit: "days" }),
    ),
    onError: fc.constantFrom("stopWorkflow", "continueErrorOutput"),
  });
  it("comes over whole: every node is there or told of, and every edge leads somewhere", () => {
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 8 }), fc.array(fc.tuple(fc.nat(8), fc.nat(2), fc.nat(8)), { maxLength: 14 }), (parts, links) => {
        const nodes = parts.map((part, index) => ({ ...part, name: `N ${index}` }));
        const connections: Record<string, { main: { node: string }[][] }> = {};
        for (const [from, output, to] of links) {
          const main = (connections[`N ${from}`] ??= { main: [] }).main;
          while (main.length <= output) main.push([]);
          main[output]?.push({ node: `N ${to}` });
        }
        sound(imported(JSON.stringify({ name: "x", nodes, connections })), nodes);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
