import { describe, expect, it } from "vitest";

import { byDue, isMine, type Exception } from "./api";
import { changed, passed, updates } from "./words";

const mine = { handle: "otto", teams: ["sales"], roles: ["operator", "field_lead"] };

describe("whose it is", () => {
  it("is whoever has it, whatever owns it", () => {
    expect(isMine({ owner: "role:field_lead", person: "ana" }, mine)).toBe(false);
    expect(isMine({ owner: "team:billing", person: "otto" }, mine)).toBe(true);
  });
  it("is mine by team and role while nobody has it", () => {
    expect(["role:field_lead", "team:sales", "person:otto", "team:billing"].map((owner) => isMine({ owner, person: null }, mine))).toEqual([true, true, true, false]);
  });
});

it("goes by due time, then by money", () => {
  const row = (due_at: string, money: number | null) => ({ due_at, money }) as Exception;
  const sorted = [row("2026-02-01", 5), row("2026-01-01", null), row("2026-02-01", 9)].sort(byDue);
  expect(sorted.map((one) => one.money)).toEqual([null, 9, 5]);
});

describe("words from what the server could tell", () => {
  it("reads a change with keys and fields", () => {
    const what = changed({ source: "projects", trigger: "projects.job_changed", keys: { job: "job_0002" }, fields: [{ field: "/status", before: "a", after: "b" }], amount: 3 });
    expect([what.title, what.about, what.fields[0]?.field, what.more]).toEqual(["Job changed", "job_0002", "/status", [["amount", "3"]]]);
  });
  it("says something about nothing at all", () => {
    expect(changed(null).title).toBe("A run");
    expect(updates("odd")).toEqual([]);
  });
  it("reads a line of its life", () => {
    const nameOf = (who: string) => (who === "person:ben" ? "Ben Builder" : who);
    expect(passed({ type: "taken" }, "Otto", "in_progress", nameOf)).toEqual({ words: "Otto took it", detail: "" });
    expect(passed({ type: "something_new", on: "customer" }, null, "waiting", nameOf)).toEqual({ words: "Something new", detail: "On: customer" });
    expect(passed({ type: "handed_over", to: "person:ben" }, "Otto", "open", nameOf).detail).toBe("To: Ben Builder");
  });
});
