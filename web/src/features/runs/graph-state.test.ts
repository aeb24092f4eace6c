import { Circle } from "lucide-react";
import { expect, it } from "vitest";

import type { Card, Picture, Way } from "@/lib/picture";

import type { Effect, Step } from "./api";
import { graphState, nameOf } from "./graph-state";

const card = (key: string, more: Partial<Card> = {}): Card => ({ key, step: key, title: key, system: "", Icon: Circle, kind: "action", line: "main", frame: false, x: 0, y: 0, width: 152, height: 72, ...more });

/** `from to`, `from to exception` or `@trigger to`. */
function way(words: string): Way {
  const [from = "", to = "", why] = words.split(" ");
  const name = to.split("/").at(-1) ?? to;
  return { key: words, from, to, target: name, starts: from === "@trigger", onFailure: why === "exception", side: why ? "exception" : "normal", main: !why, path: "", head: "", middle: { x: 0, y: 0 } };
}

const picture = (keys: string, ...ways: string[]): Picture => ({
  cards: [card("@trigger", { step: null, kind: "trigger" }), ...keys.split(" ").map((key) => card(key))],
  ways: ways.map(way),
  width: 0,
  height: 0,
});

const step = (path: string, status: string, more: Partial<Step> = {}): Step => ({ path, node: path, status, logical_attempt: 1, attempts: [], input: null, output: null, next: [], copied: false, ...more });
const stopped = (path: string): Step => step(path, "waiting", { waits_for: { what: "exception", id: "exc_1" } });
const told = (steps: Step[], effects: Partial<Effect>[] = []) => ({ steps, effects: effects as Effect[], created_at: "2026-01-05T06:48:02Z" });
const words = (drawn: Picture, run: ReturnType<typeof told>) => Object.fromEntries([...graphState(drawn, run).cards].map(([key, { words: said }]) => [key, said]));

it("shows the branch that was taken, and leaves the other one and what is behind it", () => {
  const drawn = picture("rule yes no end", "@trigger rule", "rule yes", "rule no", "yes end", "no end");
  const { cards, taken } = graphState(drawn, told([step("rule", "succeeded", { next: ["yes"], duration_ms: 9 }), step("yes", "running")]));
  expect([...taken]).toEqual(["@trigger rule", "rule yes"]);
  expect(cards.get("rule")).toEqual({ mark: "done", tone: "tx-path", words: "Succeeded", took: "9 ms", path: "rule" });
  expect(cards.get("yes")).toMatchObject({ mark: "run", words: "Running" });
  expect(cards.get("no")).toMatchObject({ mark: "idle", words: "Not reached", path: null });
  expect(cards.get("@trigger")).toMatchObject({ mark: "done", words: "Began", path: null });
});

it("tells the exception path from the normal one, also where both lead to the same step", () => {
  const drawn = picture("send tell", "@trigger send", "send tell", "send tell exception");
  const went = (status: string) => [...graphState(drawn, told([step("send", status, { next: ["tell"] }), step("tell", "ready")])).taken];
  expect(went("failed")).toEqual(["@trigger send", "send tell exception"]);
  expect(went("succeeded")).toEqual(["@trigger send", "send tell"]);
});

it("says what a step waits for, and has the gate where somebody is asked", () => {
  const drawn = picture("ask write stop later tried", "@trigger ask");
  const previewed = { attempts: [{ logical_attempt: 1, attempt: 1, status: "previewed", started_at: "", ended_at: "", failure: null }] };
  const run = told([
    step("ask", "waiting", { waits_for: { what: "answer" } }),
    step("write", "waiting", { waits_for: { what: "proposal" } }),
    stopped("stop"),
    step("later", "waiting", { waits_for: { what: "time" } }),
    step("tried", "succeeded", previewed),
  ]);
  expect(words(drawn, run)).toMatchObject({ ask: "Waits for an answer", write: "Waits for approval", stop: "Stopped, exception", later: "Waits for a time" });
  const { cards, gates } = graphState(drawn, run);
  expect([cards.get("write")?.mark, cards.get("stop")?.mark, cards.get("later")?.mark]).toEqual(["gate", "exc", "pause"]);
  expect([...gates]).toEqual([["write", "waits"], ["tried", "passed"]]);
});

it("a write that nobody knows the outcome of is in doubt", () => {
  const run = told([stopped("send")], [{ path: "send", state: "in_doubt" }]);
  expect(graphState(picture("send"), run).cards.get("send")).toMatchObject({ mark: "doubt", words: "In doubt" });
});

it("counts the items of a for-each, and shows the one that stopped", () => {
  const drawn = picture("lines lines/price lines/stock after", "@trigger lines", "lines/price lines/stock", "lines after");
  const run = told([
    step("lines", "running", { items: { count: 5, succeeded: 2, failed: 1 } }),
    step("lines[0]/price", "succeeded", { next: ["stock"] }),
    step("lines[0]/stock", "succeeded"),
    stopped("lines[1]/price"),
    step("lines[2]/price", "running"),
  ]);
  const { cards, taken, unknown } = graphState(drawn, run);
  expect(cards.get("lines")).toMatchObject({ mark: "exc", words: "2 of 5 done, 2 stopped", path: "lines" });
  expect(cards.get("lines/price")).toMatchObject({ mark: "exc", words: "1 stopped, 1 running, 1 done", path: "lines[1]/price" });
  expect(cards.get("lines/stock")).toMatchObject({ mark: "done", words: "Succeeded", path: "lines[0]/stock" });
  expect([...taken]).toEqual(["@trigger lines", "lines/price lines/stock"]);
  expect(unknown).toEqual([]);
});

it("a for-each that ended says how many did not go well, without a stop", () => {
  const run = told([step("lines", "succeeded", { items: { count: 3, succeeded: 2, failed: 1 } })]);
  expect(graphState(picture("lines"), run).cards.get("lines")).toMatchObject({ mark: "done", words: "2 of 3 done, 1 stopped" });
});

it("finds steps in a body within a body", () => {
  expect(nameOf("orders[12]/lines[3]/price")).toBe("orders/lines/price");
  const drawn = picture("orders orders/lines orders/lines/price");
  const run = told([
    step("orders", "running", { items: { count: 2, succeeded: 0, failed: 0 } }),
    step("orders[0]/lines", "running", { items: { count: 2, succeeded: 1, failed: 0 } }),
    step("orders[1]/lines", "running", { items: { count: 3, succeeded: 1, failed: 0 } }),
    stopped("orders[0]/lines[1]/price"),
    stopped("orders[1]/lines[0]/price"),
    stopped("orders[1]/lines[2]/price"),
  ]);
  expect(words(drawn, run)).toMatchObject({ orders: "0 of 2 done, 2 stopped", "orders/lines": "2 of 5 done, 3 stopped", "orders/lines/price": "3 stopped" });
});

it("a retried run has what it took over, and the ways there", () => {
  const drawn = picture("who noted", "@trigger who", "who noted");
  const { cards, taken } = graphState(drawn, told([step("who", "succeeded", { copied: true, next: ["noted"], duration_ms: 0 }), step("noted", "succeeded", { duration_ms: 4 })]));
  expect(cards.get("who")).toMatchObject({ mark: "done", words: "Taken over", took: "", path: "who" });
  expect(cards.get("noted")).toMatchObject({ words: "Succeeded", took: "4 ms" });
  expect([...taken]).toEqual(["@trigger who", "who noted"]);
});

it("behind a step that somebody skipped the run goes on", () => {
  const drawn = picture("send done refused", "@trigger send", "send done", "send refused exception");
  const { cards, taken } = graphState(drawn, told([step("send", "skipped"), step("done", "succeeded")]));
  expect(cards.get("send")).toMatchObject({ mark: "skip", words: "Skipped" });
  expect([...taken]).toEqual(["@trigger send", "send done"]);
});

it("names steps that the workflow does not have", () => {
  expect(graphState(picture("job"), told([step("job", "succeeded"), step("gone[0]/x", "succeeded"), step("gone[1]/x", "succeeded")])).unknown).toEqual(["gone/x"]);
});
