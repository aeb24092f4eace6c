import { describe, expect, it } from "vitest";

import type { Run, RunDetail, Step } from "./api";
import { choicesOf, runIdIn } from "./choices";
import { compareRuns, compareValues, folded, MOST, textsOf } from "./compare";
import { fateWords, headline } from "./compare-words";

const step = (path: string, more: Partial<Step> = {}): Step => ({ path, node: path, status: "succeeded", logical_attempt: 1, attempts: [], input: null, output: null, next: [], copied: false, ...more });

const run = (steps: Step[], more: Partial<RunDetail> = {}): RunDetail => ({
  run_id: "run_here",
  workflow: "w",
  workspace: "demo",
  version: 1,
  status: "succeeded",
  lifecycle: "active",
  keys: {},
  created_at: "2026-01-01T00:00:00Z",
  asks: [],
  children: [],
  effects: [],
  exceptions: [],
  reveals: [],
  redacted: false,
  steps_left_out: 0,
  input: null,
  output: null,
  steps,
  ...more,
});

const paths = (here: unknown, there: unknown) => compareValues(here, there).fields.map(({ path }) => path);
const failure = (message: string) => ({ code: "TL1", message });
const fates = (...runs: [RunDetail, RunDetail]) => compareRuns(...runs).steps.map(({ path, fate }) => `${path} ${fate}`);

describe("two values", () => {
  it("differ at the fields that differ, however deep, and nowhere else", () => {
    const here = { a: { b: { c: 1, d: [1, { e: "x" }] } }, same: [1, 2], "odd name": 1 };
    const there = { a: { b: { c: 2, d: [1, { e: "y" }, 3] } }, same: [1, 2], "odd name": 2 };
    expect(compareValues(here, there).fields).toEqual([
      { path: "a.b.c", here: 1, there: 2, large: false },
      { path: "a.b.d[1].e", here: "x", there: "y", large: false },
      { path: "a.b.d[2]", here: undefined, there: 3, large: false },
      { path: '["odd name"]', here: 1, there: 2, large: false },
    ]);
  });

  it("are the same whatever the order of their names, and differ where the kind does", () => {
    expect(compareValues({ a: 1, b: 2 }, { b: 2, a: 1 }).certain).toBe(0);
    expect([paths([], {}), paths("5", 5), paths(null, undefined), paths({ a: null }, {}), paths(7, 7)]).toEqual([[""], [""], [""], ["a"], []]);
    expect(paths({}, JSON.parse('{ "constructor": 1, "__proto__": 2 }'))).toEqual(["constructor", "__proto__"]);
  });

  it("what is hidden is neither the same nor another one", () => {
    const both = compareValues({ phone: "•••", name: "Ada" }, { phone: "•••", name: "Ada" });
    expect([both.certain, both.open, both.hidden, both.fields]).toEqual([0, 1, ["phone"], []]);
    expect(compareValues("•••", "+44 7700").hidden).toEqual([""]);
    expect(compareValues("Call ••• today", "Call ••• today").hidden).toEqual([""]);
    expect(compareValues({ card: "•••" }, { card: { number: "4242" } }).hidden).toEqual(["card"]);
    // What stands around it is shown, and nothing at all is not hidden.
    expect(paths("Call ••• today", "Write to •••")).toEqual([""]);
    expect(paths({ phone: "•••" }, {})).toEqual(["phone"]);
    expect(paths("•••", null)).toEqual([""]);
  });

  it("what is kept apart is the same by its hash, and is never said to be what it may not be", () => {
    const blob = (sha256: string) => ({ blob: { sha256, size: 9_000_000 } });
    expect(compareValues(blob("a"), blob("a"))).toMatchObject({ certain: 0, open: 0 });
    expect(compareValues({ x: blob("a") }, { x: blob("b") })).toMatchObject({ certain: 1, fields: [{ path: "x", large: true }] });
    // The other answer had the room for it: it may be the same.
    expect(compareValues(blob("a"), { y: 1 })).toMatchObject({ certain: 0, open: 1, fields: [{ large: true }] });
    expect(compareValues(blob("a"), null)).toMatchObject({ certain: 1 });
  });

  it("of ten thousand fields the first are listed, and the others counted", () => {
    const list = (count: number, by: number) => Array.from({ length: count }, (_, at) => ({ at: at + by }));
    const all = compareValues(list(10_000, 0), list(10_000, 1));
    expect([all.fields.length, all.rest, all.certain]).toEqual([MOST, 10_000 - MOST, 10_000]);
    expect(compareValues(list(220, 0), list(220, 1))).toMatchObject({ rest: 120 });
    expect(compareValues(list(10_000, 0), list(10_000, 0))).toMatchObject({ certain: 0, rest: 0 });
    const masks = Array.from({ length: 220 }, () => "•••");
    expect(compareValues(masks, masks)).toMatchObject({ certain: 0, open: 220, hiddenRest: 120 });
  });

  it("all steps together list no more than a page bears", () => {
    const many = (by: number) => run(Array.from({ length: 30 }, (_, at) => step(`s${at}`, { output: Array.from({ length: 60 }, (__, n) => n + by) })));
    const parts = compareRuns(many(0), many(1)).steps.flatMap((one) => one.parts);
    const sum = (of: (part: (typeof parts)[number]) => number) => parts.reduce((all, part) => all + of(part), 0);
    expect(sum(({ difference }) => difference.fields.length)).toBe(1_000);
    expect(sum(({ difference }) => difference.fields.length + difference.rest)).toBe(1_800);
  });
});

describe("values as text", () => {
  it("never look the same where they differ", () => {
    expect(textsOf({ here: "5", there: 5 })).toEqual({ here: '"5"', there: "5" });
    expect(textsOf({ here: "", there: null })).toEqual({ here: '""', there: "null" });
    expect(textsOf({ here: "a", there: undefined })).toEqual({ here: "a", there: null });
  });

  it("a long one is cut around the first place that differs", () => {
    const long = "x".repeat(5_000);
    const { here, there } = textsOf({ here: `${long}1${long}`, there: `${long}2${long}` });
    expect(here).toMatch(/^… x{60}1x+ …$/);
    expect(there).toMatch(/^… x{60}2x+ …$/);
    expect(textsOf({ here: `${long}1`, there: `1${long}` }).here).toMatch(/^x{400} …$/);
  });
});

describe("two runs", () => {
  it("that are the same", () => {
    const compared = compareRuns(run([step("a"), step("b")]), run([step("a"), step("b")]));
    expect(compared).toMatchObject({ differ: 0, unsure: 0 });
    expect(headline(compared)).toBe("Both went through; both steps are the same.");
    expect(folded(compared.steps)).toMatchObject([{ kind: "same", steps: [{ path: "a" }, { path: "b" }] }]);
  });

  it("keep the order of this one, with what only the other has in its place", () => {
    const here = run([step("a"), step("only"), step("c"), step("d")]);
    const there = run([step("a"), step("x"), step("c"), step("y"), step("d"), step("z")]);
    expect(fates(here, there)).toEqual(["a same", "only here", "x there", "c same", "y there", "d same", "z there"]);
    expect(fates(run([step("a"), step("b")]), run([step("b"), step("x"), step("a")]))).toEqual(["x there", "a same", "b same"]);
    const compared = compareRuns(here, there);
    expect(compared.steps.flatMap((one) => (one.fate === "same" ? [] : [fateWords(one, compared)]))).toEqual(["Only in this run", "Only in the other run", "Only in the other run", "Only in the other run"]);
  });

  it("a step that was taken over is the same as the one it was taken from", () => {
    expect(fates(run([step("a", { output: { x: 1 } })]), run([step("a", { output: { x: 1 }, copied: true })]))).toEqual(["a same"]);
  });

  it("items of a for-each are beside the same item", () => {
    const item = (at: number, price: number) => step(`lines[${at}]/price`, { input: { price } });
    expect(fates(run([item(0, 1), item(1, 2)]), run([item(1, 3), item(0, 1), item(2, 9)]))).toEqual(["lines[0]/price same", "lines[1]/price differs", "lines[2]/price there"]);
    // The answer has only the first items: the third may have been there.
    const [, , third] = compareRuns(run([item(0, 1), item(1, 2), item(2, 3)]), run([item(0, 1), item(1, 2)], { steps_left_out: 5 })).steps;
    expect(third?.fate).toBe("unsure");
  });

  it("say which parts of a step differ, and what differs of a failure", () => {
    const here = step("a", { status: "failed", input: { id: 1 }, failure: { ...failure("no such customer"), remote_request_id: "1" } });
    const [one] = compareRuns(run([here], { status: "failed" }), run([step("a", { input: { id: 2 }, output: { ok: true } })])).steps;
    expect(one).toMatchObject({ fate: "differs", state: true });
    expect(one?.parts.map(({ name }) => name)).toEqual(["Input", "Output", "Failure"]);
    expect(fates(run([here]), run([{ ...here, failure: { ...failure("no such customer"), remote_request_id: "2" } }]))).toEqual(["a same"]);
  });

  it("of which something is hidden are not said to be the same", () => {
    const compared = compareRuns(run([step("a", { output: { phone: "•••" } })]), run([step("a", { output: { phone: "•••" } })]));
    expect(compared.steps[0]?.fate).toBe("unsure");
    expect(headline(compared)).toBe("Both went through; no step differs in what can be compared.");
  });

  it("are told apart in one sentence", () => {
    const failed = run([step("a"), step("b", { status: "failed", failure: failure("x") })], { status: "failed" });
    const through = run([step("a"), step("b"), step("c")]);
    const waits = run([step("a"), step("b", { status: "waiting", waits_for: { what: "proposal" } })], { status: "waiting" });
    const words = (here: RunDetail, there: RunDetail) => headline(compareRuns(here, there));
    expect(words(failed, through)).toBe("The other one went on where this one stopped: at `b`; 2 of 3 steps differ.");
    expect(words(through, failed)).toBe("This one went on where the other one stopped: at `b`; 2 of 3 steps differ.");
    expect(words(waits, through)).toBe("The other one went on where this one waits: at `b`; 2 of 3 steps differ so far.");
    expect(words(failed, failed)).toBe("Both stopped at `b`; both steps are the same.");
    expect(words(waits, failed)).toBe("This one waits at `b`, the other one stopped at `b`; 1 of 2 steps differs so far.");
    expect(words(run([], { status: "queued" }), run([], { status: "running" }))).toBe("Both go on; neither has come to a step yet.");
    expect(words(run([step("a")], { status: "cancelled" }), run([step("a")]))).toBe("This one was cancelled, the other one went through; the one step is the same.");
  });
});

describe("the choice of another run", () => {
  const one = (run_id: string, more: Partial<Run> = {}): Run => ({ ...run([]), run_id, ...more });

  it("begins with what is most likely meant, and names no run twice", () => {
    const self = one("run_self", { retry_of: "run_first", status: "failed" });
    const recent = [self, one("run_again", { retry_of: "run_self" }), one("run_other", { status: "failed" }), one("run_first"), one("run_good")];
    const choices = choicesOf(self, { retried: one("run_first"), succeeded: [one("run_first"), one("run_good")], recent });
    expect(choices.map(({ run: { run_id }, why }) => [run_id, why])).toEqual([
      ["run_first", "This one retries it"],
      ["run_again", "Retries this one"],
      ["run_good", "The last that succeeded"],
      ["run_other", null],
    ]);
  });

  it("takes an id out of what somebody pasted", () => {
    expect(runIdIn(" http://x/runs/run_01jcq3v0n4x2h8k5w7r9t1b6d0?step=a ")).toBe("run_01jcq3v0n4x2h8k5w7r9t1b6d0");
    expect([runIdIn("invoice"), runIdIn("run_1")]).toEqual([null, null]);
  });
});
