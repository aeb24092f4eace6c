import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { documentValue, fieldAt, parseDocument, serializeDocument, type WorkflowDocument } from "../document";
import { graphOf } from "../graph/graph";
import { newHistory, record, redo, stepCount, undo } from "../history";
import { positionsOf } from "../layout/positions";
import { NODE_KINDS } from "../node";
import { nodeIndex } from "../node-index";
import { documentOf, workflowTexts } from "../testing/texts";
import { equal } from "../text/value";
import { addNode } from "./add-node";
import { changeKind } from "./change-kind";
import { connect } from "./connect";
import { copyNodes } from "./copy";
import { deleteNodes } from "./delete-nodes";
import { disconnect } from "./disconnect";
import { duplicate } from "./duplicate";
import { groupNodes, renameGroup, ungroup } from "./group-nodes";
import { moveNodes } from "./move-nodes";
import { addNote, removeNote, setNote } from "./note";
import { sequence, type Edit, type Outcome } from "./outcome";
import { paste } from "./paste";
import { renameId } from "./rename-id";
import { setExceptions } from "./set-exceptions";
import { setField } from "./set-field";
import { setLog } from "./set-log";
import { setReview } from "./set-review";
import { setTrigger } from "./set-trigger";
import { setWorkflowField } from "./set-workflow-field";

const texts = workflowTexts();
const invoice = documentOf(texts.find(({ name }) => name.includes("invoice-readiness"))?.text ?? "");

function edited(outcome: Outcome): Edit {
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.edit;
}

function after(outcome: Outcome): WorkflowDocument {
  return edited(outcome).document;
}

/** Lines of one text that are not in the other, both ways. */
function lineDiff(before: WorkflowDocument, next: WorkflowDocument): { gone: string[]; came: string[] } {
  const [left, right] = [serializeDocument(before).split("\n"), serializeDocument(next).split("\n")];
  return { gone: left.filter((line) => !right.includes(line)), came: right.filter((line) => !left.includes(line)) };
}

describe("add a node", () => {
  it("behind another, in the middle of the line", () => {
    const edit = edited(addNode(invoice, { kind: "action", spot: { after: "draft" }, fields: { title: "Tell the customer", action: "mail.send_message", connection: "mail" } }));
    expect(lineDiff(invoice, edit.document)).toEqual({
      gone: [],
      came: ["    next: tell_the_customer", "  - id: tell_the_customer", "    title: Tell the customer", "    action: mail.send_message", "    connection: mail"],
    });
    expect(edit.select).toEqual(["tell_the_customer"]);
    expect(graphOf(edit.document).nodes.filter((node) => node.line === "main").map((node) => node.key)).toContain("tell_the_customer");
  });

  it("on an edge, on the exception port, and first", () => {
    const onEdge = after(addNode(invoice, { kind: "switch", spot: { onEdge: "proof:case:0:0" } }));
    expect(fieldAt(onEdge, ["nodes", 5, "switch", 0, "next"])).toBe("check");
    expect(fieldAt(onEdge, ["nodes", 6, "switch", 0, "next"])).toBe("draft");
    const onException = after(addNode(invoice, { kind: "raise", spot: { onException: "job" }, fields: { title: "The job cannot be read" } }));
    expect(fieldAt(onException, ["nodes", 0, "on_exception"])).toBe("the_job_cannot_be_read");
    expect(fieldAt(onException, ["nodes", 11, "raise", "reason"])).toBe("needs_judgement");
    const first = after(addNode(invoice, { kind: "set", spot: { first: true } }));
    expect(nodeIndex(first).entries[0]).toMatchObject({ id: "set" });
    expect(fieldAt(first, ["nodes", 0, "next"])).toBe("job");
    expect(serializeDocument(first).startsWith("# A completed job")).toBe(true);
  });

  it("is refused where nothing can follow", () => {
    expect(addNode(invoice, { kind: "set", spot: { after: "invoiced" } })).toMatchObject({ ok: false });
    expect(addNode(invoice, { kind: "end", spot: { after: "job" } })).toMatchObject({ ok: false });
    expect(addNode(invoice, { kind: "end", spot: { after: "nobody" } })).toMatchObject({ ok: false });
  });

  it("makes the first node of an empty workflow", () => {
    for (const text of ["workflow: a\n", "workflow: a\nnodes: []\nlog: { retention: 7y } # kept\n", "workflow: a\nnodes:\n"]) {
      const next = after(addNode(documentOf(text), { kind: "set", spot: { first: true } }));
      expect(serializeDocument(next)).toContain("nodes:\n  - id: set\n    set: {}\n");
    }
  });

  it("goes into the body of a for-each", () => {
    const each = documentOf('nodes:\n  - id: each\n    for_each: "{{ event.lines }}"\n    do:\n      - { id: one, set: 1 }\n');
    const next = after(addNode(each, { kind: "set", spot: { after: "one" } }));
    expect(nodeIndex(next).byKey.get("set")).toMatchObject({ parent: "each", index: 1 });
    expect(serializeDocument(next)).toContain("      - { id: one, set: 1, next: set }\n");
  });
});

describe("delete nodes", () => {
  it("leads what led there to what followed", () => {
    const next = after(deleteNodes(invoice, ["draft"]));
    expect(fieldAt(next, ["nodes", 5, "switch", 0, "next"])).toBe("invoice");
    expect(lineDiff(invoice, next).came).toHaveLength(1);
  });

  it("takes exception edges, retry_from, positions and places in groups along", () => {
    let document = after(moveNodes(invoice, new Map([["job", { x: 0, y: 0 }], ["billing_blocked", { x: 5, y: 9 }]])));
    document = after(groupNodes(document, { keys: ["job", "billing_blocked"], title: "Both" }));
    document = after(deleteNodes(document, ["billing_blocked", "job"]));
    expect(fieldAt(document, ["nodes", 6, "on_exception"])).toBeUndefined();
    expect(nodeIndex(document).byKey.get("missing")?.node).not.toHaveProperty("raise.retry_from");
    expect(positionsOf(document).size).toBe(0);
    expect(fieldAt(document, ["layout", "groups", 0, "nodes"])).toEqual([]);
  });

  it("lets the run begin with what followed the first", () => {
    const document = documentOf("nodes:\n  - { id: a, set: 1, next: c }\n  - { id: b, end: true }\n  # about c\n  - { id: c, set: 2, next: b }\n");
    expect(serializeDocument(after(deleteNodes(document, ["a"])))).toBe("nodes:\n  # about c\n  - { id: c, set: 2, next: b }\n  - { id: b, end: true }\n");
  });

  it("deletes all, and what stands inside of what is deleted", () => {
    const each = documentOf('nodes:\n  - id: each\n    for_each: "{{ event.lines }}"\n    do:\n      - { id: one, set: 1 }\n    next: done\n  - { id: done, end: true }\n');
    expect(serializeDocument(after(deleteNodes(each, ["each", "one"])))).toBe("nodes:\n  - { id: done, end: true }\n");
    expect(fieldAt(after(deleteNodes(each, ["each", "one", "done"])), ["nodes"])).toEqual([]);
  });
});

describe("several commands in one step", () => {
  it("are one step, or none where one is refused", () => {
    const both = edited(sequence(invoice, "Delete 2 things", [(document) => disconnect(document, "draft:next:0"), (document) => deleteNodes(document, ["invoiced"])]));
    expect(both).toMatchObject({ label: "Delete 2 things", select: [] });
    expect(nodeIndex(both.document).byKey.has("invoiced")).toBe(false);
    expect(sequence(invoice, "x", [(document) => deleteNodes(document, ["job"]), (document) => deleteNodes(document, ["job"])])).toMatchObject({ ok: false });
  });
});

describe("connect and disconnect", () => {
  it("writes one id, and a list for several", () => {
    const one = after(connect(invoice, { from: "invoice", port: "next", to: "invoiced" }));
    expect(lineDiff(invoice, one)).toEqual({ gone: [], came: ["    next: invoiced"] });
    const two = after(connect(invoice, { from: "draft", port: "next", to: "invoiced" }));
    expect(lineDiff(invoice, two)).toEqual({ gone: ["    next: invoice"], came: ["    next: [invoice, invoiced]"] });
    const back = after(disconnect(two, "draft:next:1"));
    expect(serializeDocument(back)).toBe(serializeDocument(invoice));
  });

  it("leads the exception port elsewhere", () => {
    expect(fieldAt(after(connect(invoice, { from: "invoice", port: "exception", to: "missing" })), ["nodes", 7, "on_exception"])).toBe("missing");
  });

  it("is refused where it would lead back, twice, or over the border of a for-each", () => {
    expect(connect(invoice, { from: "invoice", port: "next", to: "job" })).toMatchObject({ ok: false, reason: "This would lead back: a workflow goes forward" });
    expect(connect(invoice, { from: "job", port: "next", to: "billed" })).toMatchObject({ ok: false, reason: "They are connected already" });
    expect(connect(invoice, { from: "invoiced", port: "next", to: "billed" })).toMatchObject({ ok: false });
    expect(disconnect(invoice, "nothing")).toMatchObject({ ok: false });
  });

  it("takes edges of every port", () => {
    for (const edge of graphOf(invoice).edges.slice(1)) {
      const next = after(disconnect(invoice, edge.key));
      expect(graphOf(next).edges).toHaveLength(graphOf(invoice).edges.length - 1);
    }
  });
});

describe("rename an id", () => {
  it("follows in edges, retry_from, expressions and redacted paths, and nowhere else", () => {
    const document = after(moveNodes(invoice, new Map([["customer", { x: 1, y: 2 }]])));
    const next = after(renameId(document, { key: "customer", id: "buyer" }));
    const text = serializeDocument(next);
    expect(text).not.toMatch(/steps\.customer\b|next: customer\b|retry_from: customer$/m);
    expect(text).toContain('redact: [ "steps.buyer.phone" ]');
    expect(text).toContain("steps.job.customer_id");
    expect(text).toContain("buyer: { x: 1, y: 2 }");
    expect(serializeDocument(after(renameId(next, { key: "buyer", id: "customer" })))).toBe(serializeDocument(document));
  });

  it("leaves texts in quotes and other names alone", () => {
    const document = documentOf(`nodes:\n  - { id: a, set: 1, next: b }\n  - { id: b, set: "{{ steps.a.x ~ 'steps.a' ~ steps['a'].y ~ event.steps.a ~ steps.ab }} steps.a" }\n`);
    const next = after(renameId(document, { key: "a", id: "z" }));
    expect(fieldAt(next, ["nodes", 1, "set"])).toBe("{{ steps.z.x ~ 'steps.a' ~ steps['z'].y ~ event.steps.a ~ steps.ab }} steps.a");
  });

  it("is refused for ids that are taken or cannot be", () => {
    expect(renameId(invoice, { key: "job", id: "done" })).toMatchObject({ ok: false, reason: "The id “done” is taken" });
    expect(renameId(invoice, { key: "job", id: "Job 1" })).toMatchObject({ ok: false });
  });
});

describe("fields, kinds and parts", () => {
  it("a field changes its own line", () => {
    expect(lineDiff(invoice, after(setField(invoice, { key: "invoice", path: ["retry", "attempts"], value: 3 })))).toEqual({
      gone: ["    retry: { attempts: 5, over: 30m }"],
      came: ["    retry: { attempts: 3, over: 30m }"],
    });
    expect(lineDiff(invoice, after(setField(invoice, { key: "job", path: ["timeout"], value: "10s" }))).came).toEqual(["    timeout: 10s"]);
    expect(fieldAt(after(setField(invoice, { key: "job", path: ["id"], value: "work" })), ["nodes", 1, "with", "reference"])).toBe("{{ steps.work.number }}");
  });

  it("another kind keeps the place among the others", () => {
    const edit = edited(changeKind(invoice, { key: "proof", kind: "code" }));
    expect(fieldAt(edit.document, ["nodes", 5])).toEqual({ id: "proof", title: "Is everything there?", code: "return input;\n", next: "draft" });
    expect(edit.notice).toBe("2 edges could not be kept");
    const toSwitch = after(changeKind(invoice, { key: "billed", kind: "switch" }));
    expect(fieldAt(toSwitch, ["nodes", 1, "switch"])).toEqual([{ when: "{{ true }}", next: "once" }, { else: true, next: "once" }].map((one, index) => (index === 0 ? { when: "{{ true }}" } : one)));
    for (const kind of NODE_KINDS) expect(graphOf(after(changeKind(invoice, { key: "job", kind }))).nodes[1]?.kind).toBe(kind);
  });

  it("sets trigger, exceptions, log, review and the rest", () => {
    let document = after(setTrigger(invoice, { on: "schedule.tick", with: { cron: "0 7 * * 1" } }));
    expect(fieldAt(document, ["trigger"])).toEqual({ id: "done", on: "schedule.tick", with: { cron: "0 7 * * 1" } });
    document = after(setExceptions(document, { owner: "team:office", backup: null }));
    document = after(setLog(document, { retention: "90d" }));
    document = after(setReview(document, { stage: "live" }));
    document = after(setWorkflowField(document, { path: ["approvals"], value: { who: "team:office" } }));
    expect(lineDiff(invoice, document).came).toEqual([
      "trigger: { id: done, on: schedule.tick, with: { cron: 0 7 * * 1 } }",
      "exceptions: { owner: team:office, due: 1 business day }",
      'log: { retention: 90d, redact: [ "steps.customer.phone" ] }',
      "review: { stage: live, tolerated_error: 1%, until: graduated }",
      "approvals: { who: team:office }",
    ]);
  });
});

describe("copy, paste, duplicate", () => {
  it("goes to another workflow with its comments, under free ids, and names follow inside", () => {
    const source = documentOf(`nodes:\n  # read it first\n  - id: a\n    set: { x: 1 } # one\n    next: b\n  - { id: b, set: "{{ steps.a.x }} {{ steps.far.y }}", next: c }\n  - { id: c, end: true }\n`);
    const text = copyNodes(source, ["a", "b"]);
    const target = documentOf("# mine\nnodes:\n- { id: a, set: 2, next: c }\n- { id: c, end: true }\nlog: { retention: 7y }\n");
    const edit = edited(paste(target, { text }));
    expect(serializeDocument(edit.document)).toBe(
      `# mine\nnodes:\n- { id: a, set: 2, next: c }\n- { id: c, end: true }\n# read it first\n- id: a_2\n  set: { x: 1 } # one\n  next: b\n- { id: b, set: "{{ steps.a_2.x }} {{ steps.far.y }}" }\nlog: { retention: 7y }\n`,
    );
    expect(edit.select).toEqual(["a_2", "b"]);
    expect(edit.notice).toBe("1 edge led to steps that were not copied along");
  });

  it("takes a node, a list, a workflow, and refuses the rest", () => {
    for (const text of ["id: x\nset: 1\n", "- { id: x, set: 1 }\n", '[{ "id": "x", "set": 1 }]', "workflow: w\nnodes: [ { id: x, set: 1 } ]\n"]) {
      expect(nodeIndex(after(paste(invoice, { text }))).byKey.get("x")?.node).toEqual({ id: "x", set: 1 });
    }
    for (const text of ["", "hello", "a: 1", "nodes: 5", "- 5", "{{"]) expect(paste(invoice, { text })).toMatchObject({ ok: false });
  });

  it("a duplicate keeps its exception path and stands a little aside", () => {
    const placed = after(moveNodes(invoice, new Map([["invoice", { x: 100, y: 0 }]])));
    const next = after(duplicate(placed, ["invoice"]));
    expect(nodeIndex(next).byKey.get("invoice_2")?.node).toMatchObject({ on_exception: "billing_blocked" });
    expect(positionsOf(next).get("invoice_2")).toEqual({ x: 140, y: 40 });
  });

  it("keeps the arrangement", () => {
    const placed = after(moveNodes(invoice, new Map([["draft", { x: 100, y: 50 }], ["invoice", { x: 400, y: 90 }]])));
    const next = after(paste(invoice, { text: copyNodes(placed, ["draft", "invoice"]), at: { x: 0, y: 0 } }));
    expect([...positionsOf(next)]).toEqual([["draft_2", { x: 0, y: 0 }], ["invoice_2", { x: 300, y: 40 }]]);
  });
});

describe("layout, groups and notes", () => {
  it("a move changes one line", () => {
    const placed = after(moveNodes(invoice, new Map([["job", { x: 0, y: 0 }], ["draft", { x: 9.6, y: 1 }]])));
    expect(serializeDocument(placed).endsWith("layout:\n  nodes:\n    job: { x: 0, y: 0 }\n    draft: { x: 10, y: 1 }\n")).toBe(true);
    expect(lineDiff(placed, after(moveNodes(placed, new Map([["job", { x: 7, y: 0 }], ["draft", { x: 10, y: 1 }]])))).came).toEqual(["    job: { x: 7, y: 0 }"]);
    expect(moveNodes(documentOf("layout: old\nnodes: [ { id: a, set: 1 } ]\n"), new Map([["a", { x: 1, y: 1 }]]))).toMatchObject({ ok: false });
  });

  it("groups and notes come and go", () => {
    const grouped = after(groupNodes(invoice, { keys: ["job", "billed"], title: "Checks" }));
    expect(fieldAt(after(renameGroup(grouped, { id: "group_1", title: "Before billing" })), ["layout", "groups", 0, "title"])).toBe("Before billing");
    expect(fieldAt(after(ungroup(grouped, "group_1")), ["layout", "groups"])).toBeUndefined();
    const noted = after(addNote(invoice, { text: "Ask first", at: { x: 1.2, y: 2 } }));
    expect(fieldAt(noted, ["notes", 0])).toEqual({ id: "note_1", text: "Ask first", x: 1, y: 2, width: 240, height: 120 });
    expect(fieldAt(after(setNote(noted, { id: "note_1", fields: { text: "Ask\nthem" } })), ["notes", 0, "text"])).toBe("Ask\nthem");
    expect(serializeDocument(after(removeNote(noted, "note_1")))).toBe(serializeDocument(invoice));
  });
});

type Run = (document: WorkflowDocument, pick: (list: readonly string[]) => string) => Outcome;

const kinds = fc.constantFrom(...NODE_KINDS);
const word = fc.oneof(fc.string({ maxLength: 10 }), fc.constantFrom("{{ steps.job.x }}", "a: b", "two\nlines\n", "# no"));
const keysOf = (document: WorkflowDocument) => nodeIndex(document).entries.map((entry) => entry.key);
const command: fc.Arbitrary<Run> = fc.oneof(
  kinds.map((kind): Run => (document, pick) => addNode(document, { kind, spot: { after: pick(keysOf(document)) } })),
  kinds.map((kind): Run => (document, pick) => addNode(document, { kind, spot: { onException: pick(keysOf(document)) } })),
  kinds.map((kind): Run => (document, pick) => addNode(document, { kind, spot: { onEdge: pick(graphOf(document).edges.map((edge) => edge.key)) } })),
  kinds.map((kind): Run => (document) => addNode(document, { kind, spot: { first: true } })),
  kinds.map((kind): Run => (document, pick) => changeKind(document, { key: pick(keysOf(document)), kind })),
  fc.constant<Run>((document, pick) => deleteNodes(document, [pick(keysOf(document)), pick(keysOf(document))])),
  fc.constantFrom("next", "case:0", "exception").map((port): Run => (document, pick) => connect(document, { from: pick(keysOf(document)), port, to: pick(keysOf(document)) })),
  fc.constant<Run>((document, pick) => disconnect(document, pick(graphOf(document).edges.map((edge) => edge.key)))),
  fc.stringMatching(/^[a-z]{1,4}$/).map((id): Run => (document, pick) => renameId(document, { key: pick(keysOf(document)), id })),
  fc.tuple(fc.constantFrom("title", "connection", "owner", "extra"), fc.option(word)).map(([field, value]): Run => (document, pick) => setField(document, { key: pick(keysOf(document)), path: [field], value: value ?? undefined })),
  fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), word, { maxKeys: 3 }).map((value): Run => (document, pick) => setField(document, { key: pick(keysOf(document)), path: ["with"], value })),
  fc.constant<Run>((document, pick) => duplicate(document, [pick(keysOf(document)), pick(keysOf(document))])),
  fc.constant<Run>((document, pick) => paste(document, { text: copyNodes(document, [pick(keysOf(document))]) })),
  fc.tuple(fc.integer(), fc.integer()).map(([x, y]): Run => (document, pick) => moveNodes(document, new Map([[pick(keysOf(document)), { x, y }]]))),
  word.map((title): Run => (document, pick) => groupNodes(document, { keys: [pick(keysOf(document)), pick(keysOf(document))], title })),
  word.map((text): Run => (document) => addNote(document, { text, at: { x: 0, y: 0 } })),
  word.map((until): Run => (document) => setReview(document, { stage: "live", until })),
);

/** The same workflows in other forms: with line ends of both kinds, as JSON, and with the nodes in brackets. */
const forms = texts.flatMap(({ text }) => {
  const value = documentValue(documentOf(text));
  return [text, text.replaceAll("\n", "\r\n"), JSON.stringify(value, null, 2), JSON.stringify(value), `nodes: ${JSON.stringify(value["nodes"])}\nlog: { retention: 7y } # kept\n`];
});

describe("any commands one after the other", () => {
  it("give a text that says the same as the document, and are all taken back and done again", () => {
    fc.assert(
      fc.property(fc.constantFrom(...forms), fc.array(fc.tuple(command, fc.nat(), fc.nat()), { minLength: 1, maxLength: 12 }), (source, runs) => {
        const start = documentOf(source);
        let history = newHistory(start);
        runs.forEach(([run, seed, other], step) => {
          let turn = 0;
          const pick = (list: readonly string[]): string => list[(turn++ === 0 ? seed : other) % Math.max(1, list.length)] ?? "";
          const outcome = run(history.document, pick);
          if (outcome.ok) history = record(history, { ...outcome.edit, merge: `step ${step}` }, step);
          const parsed = parseDocument(serializeDocument(history.document));
          expect(parsed.ok && equal(documentValue(parsed.document), documentValue(history.document))).toBe(true);
          if (parsed.ok) expect(graphOf(parsed.document)).toEqual(graphOf(history.document));
        });
        const [end, count] = [serializeDocument(history.document), stepCount(history)];
        for (let step = 0; step < count; step += 1) history = undo(history);
        expect(serializeDocument(history.document)).toBe(source);
        for (let step = 0; step < count; step += 1) history = redo(history);
        expect(serializeDocument(history.document)).toBe(end);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
