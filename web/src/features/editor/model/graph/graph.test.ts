import { describe, expect, it } from "vitest";

import { catalogOf } from "../catalog";
import { checklist, missingCount } from "../checklist";
import { withField } from "../document";
import { documentOf, longText, workflowTexts } from "../testing/texts";
import { exceptionPaths } from "./exceptions";
import { TRIGGER_KEY } from "./edge-key";
import { graphOf } from "./graph";

const pack = (name: string) => documentOf(workflowTexts().find((entry) => entry.name === `packs/${name}/${name}.yaml`)?.text ?? "");
const lines = (document: ReturnType<typeof documentOf>, line: string) => graphOf(document).nodes.filter((node) => node.line === line).map((node) => node.key);
const HEAD = "workflow: a\nowner: team:a\nsource: crm\ntrigger: { id: t, on: throughline.manual }\n";

describe("the graph of a pack", () => {
  const document = pack("invoice-readiness");
  const catalog = catalogOf({ "accounting.create_invoice": "write_once", "projects.get_job": "read" });

  it("has the normal path on the centre line and exceptions below it", () => {
    expect(lines(document, "main")).toEqual([TRIGGER_KEY, "job", "billed", "once", "customer", "proof", "draft", "invoice"]);
    expect(lines(document, "side")).toEqual(["invoiced"]);
    expect(lines(document, "exception")).toEqual(["missing", "customer_held", "billing_blocked"]);
  });

  it("has an edge for each name, by kind", () => {
    const edges = graphOf(document).edges;
    expect(edges.filter((edge) => edge.from === "proof").map(({ kind, port, to, side, main }) => [kind, port, to, side, main])).toEqual([
      ["case", "case:0", "draft", "normal", true],
      ["case", "case:1", "customer_held", "exception", false],
      ["else", "else", "missing", "exception", false],
    ]);
    expect(edges.find((edge) => edge.kind === "exception")).toMatchObject({ from: "invoice", to: "billing_blocked", path: ["nodes", 7, "on_exception"] });
    expect(edges[0]).toMatchObject({ from: TRIGGER_KEY, to: "job", kind: "start" });
  });

  it("draws the gate on what writes, and only there", () => {
    const gates = graphOf(document, catalog).nodes.filter((node) => node.gate);
    expect(gates.map((node) => node.key)).toEqual(["invoice"]);
    expect(gates[0]?.gate).toMatchObject({ state: "waits", words: "every write waits for the approvers of the workspace" });
    expect(graphOf(document, catalog)).toBe(graphOf(document, catalog));
  });

  it("names owner and due of each exception, the nearest first", () => {
    expect(exceptionPaths(document).filter((path) => path.form === "raised").map(({ key, reason, answers }) => [key, reason, answers.owner, answers.due, answers.ownerFrom])).toEqual([
      ["missing", "missing_required", "role:field_lead", "next_business_day 12:00", "inside"],
      ["customer_held", "policy_hold", "team:billing", "1 business day", "inside"],
      ["billing_blocked", "downstream_reject", "team:billing", "4h", "inside"],
    ]);
    expect(exceptionPaths(document).filter((path) => path.form === "parked").map(({ key, answers }) => [key, answers.owner, answers.ownerFrom])).toEqual([
      ["job", "team:billing", "workflow"],
      ["billed", "team:billing", "workflow"],
      ["customer", "team:billing", "workflow"],
    ]);
  });
});

describe("odd graphs", () => {
  it("shows unknown kinds, ids that stand twice, nodes without an id and names that lead nowhere", () => {
    const { nodes, edges } = graphOf(documentOf(`${HEAD}nodes:\n  - { id: a, teleport: mars, next: gone }\n  - { id: a, end: true }\n  - { set: 1 }\n  - 7\n`));
    expect(nodes.map((node) => [node.key, node.kind])).toEqual([[TRIGGER_KEY, "trigger"], ["a", "unknown"], ["/nodes/1", "end"], ["/nodes/2", "set"], ["/nodes/3", "unknown"]]);
    expect(edges[1]).toMatchObject({ from: "a", to: null, target: "gone" });
  });

  it("ends for a circle, and for a raise that comes first", () => {
    expect(lines(documentOf(`${HEAD}nodes:\n  - { id: a, set: 1, next: b }\n  - { id: b, set: 2, next: a }\n`), "main")).toEqual([TRIGGER_KEY, "a", "b"]);
    expect(lines(documentOf(`${HEAD}nodes:\n  - { id: a, raise: { reason: drift } }\n`), "main")).toEqual([TRIGGER_KEY, "a"]);
  });

  it("keeps the body of a for-each to itself", () => {
    const text = `${HEAD}nodes:\n  - id: each\n    for_each: "{{ event.lines }}"\n    do:\n      - { id: one, set: 1, next: two, on_exception: bad }\n      - { id: two, set: 2, next: done }\n      - { id: bad, raise: { reason: drift } }\n    next: done\n  - { id: done, end: true }\n`;
    const { nodes, edges } = graphOf(documentOf(text));
    expect(nodes.map((node) => [node.key, node.parent, node.line])).toEqual([
      [TRIGGER_KEY, null, "main"], ["each", null, "main"], ["one", "each", "main"], ["two", "each", "main"], ["bad", "each", "exception"], ["done", null, "main"],
    ]);
    expect(edges.find((edge) => edge.from === "two")?.to).toBeNull();
  });

  it("counts a way that can only end in a raise as an exception path, and sees where it returns", () => {
    const text = `${HEAD}nodes:\n  - { id: s, switch: [ { when: true, next: words }, { else: true, next: good } ] }\n  - { id: words, set: x, next: stop }\n  - { id: stop, raise: { reason: drift } }\n  - { id: good, wait: { event: paid, key: x, on_timeout: ask_them }, next: j }\n  - { id: ask_them, ask: { question: "What now?", form: [] }, next: j }\n  - { id: j, join: any }\n`;
    const document = documentOf(text);
    expect(lines(document, "exception")).toEqual(["words", "stop", "ask_them"]);
    expect(graphOf(document).edges.filter((edge) => edge.returns).map((edge) => edge.key)).toEqual(["ask_them:next:0"]);
  });

  it("shares with the graph before what stayed", () => {
    const document = pack("invoice-readiness");
    const next = withField(document, ["nodes", 0, "title"], "Other");
    const before = new Set<unknown>([...graphOf(document).nodes, ...graphOf(document).edges]);
    const fresh = [...graphOf(next).nodes.slice(1), ...graphOf(next).edges.slice(1)].filter((part) => !before.has(part));
    expect(fresh.map((part) => part.key)).toEqual(["job", "job:next:0"]);
  });

  it("takes 500 nodes", () => {
    expect(graphOf(documentOf(longText(500))).nodes).toHaveLength(502);
  });
});

describe("the seven parts", () => {
  it.each(workflowTexts().map(({ name, text }) => [name, text]))("%s lacks nothing", (_, text) => {
    expect(checklist(documentOf(text)).flatMap((part) => part.missing)).toEqual([]);
  });

  it("are all missing in an empty text, in words", () => {
    const parts = checklist(documentOf("workflow: a\n"));
    expect(parts.map((part) => part.part)).toEqual(["trigger", "source", "normal_path", "exception_path", "owners", "log", "review"]);
    expect(parts.every((part) => part.missing.length > 0)).toBe(true);
  });

  it("names the exception that nobody owns", () => {
    const document = documentOf(`${HEAD}nodes:\n  - { id: a, title: Send it, action: crm.send }\nexceptions: { due: 4h }\nlog: { retention: 7y }\nreview: { stage: live }\n`);
    const parts = checklist(document);
    expect(missingCount(parts)).toBe(2);
    expect(parts[4]).toMatchObject({ words: "1 of 1 missing", missing: ["“Send it” has no owner", "Exceptions without a nearer owner have none"] });
  });
});
