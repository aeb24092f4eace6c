import { describe, expect, it } from "vitest";

import { due, duration, money, ownerParts, plural, span, urgency, words } from "./format";

const now = new Date(2026, 10, 30, 10, 0);
const at = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString();

describe("due", () => {
  it("says how long something is overdue, in the largest unit", () => {
    expect(due(at(-2.5), now)).toBe("Overdue 2 h");
    expect(due(at(-72), now)).toBe("Overdue 3 d");
  });
  it("names today and tomorrow", () => {
    expect(due(at(1.5), now)).toBe("Today 11:30");
    expect(due(at(24), now)).toBe("Tomorrow 10:00");
  });
  it("is urgent today and in the next hours only", () => {
    expect([urgency(at(-1), now), urgency(at(5), now), urgency(at(30), now)]).toEqual(["overdue", "soon", "later"]);
  });
});

describe("money", () => {
  it("keeps every digit of a decimal text", () => {
    expect(money({ amount: "12345678901234567.89", currency: "GBP" })).toBe("£12,345,678,901,234,567.89");
    expect(money({ amount: "637.6", currency: "GBP" })).toBe("£637.60");
  });
  it("shows what it does not know as it came", () => {
    expect(money({ amount: "5", currency: "POINTS" })).toBe("5 POINTS");
  });
});

it("spans, durations and counts read as words", () => {
  expect([span(30_000), span(5 * 60_000), duration(295), duration(61_500), plural(1, "run"), plural(2_000, "run")]).toEqual(["under 1 min", "5 min", "295 ms", "1 min 2 s", "1 run", "2,000 runs"]);
});

it("codes and owners are taken apart", () => {
  expect(words("missing_required")).toBe("Missing required");
  expect(ownerParts("team:billing")).toEqual({ kind: "team", name: "billing" });
  expect(ownerParts("anna")).toEqual({ kind: "", name: "anna" });
});
