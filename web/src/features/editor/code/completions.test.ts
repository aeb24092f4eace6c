import { describe, expect, it } from "vitest";

import { completionsAt } from "./completions";

const SCOPE = { event: { job_id: "job_1" }, steps: { job: { number: "J-1", lines: [{ a: 1 }], customer: { name: "Ada" }, items: [1] } }, vars: {}, now: "2026" };
const labels = (text: string, more = {}): string[] => (completionsAt(text, text.length, SCOPE, more)?.options ?? []).map((one) => one.label);

describe("completion of expressions", () => {
  it("begins with the names that are known here", () => {
    expect(labels("{{ ")).toEqual(["event", "steps.job", "now"]);
    expect(labels("Job {{ e")).toContain("event.job_id");
  });

  it("goes into the samples of earlier steps, as deep as they are", () => {
    expect(labels("{{ steps.job.")).toEqual(["number", "lines", "customer", "items"]);
    expect(labels("{{ steps.job.customer.")).toEqual(["name"]);
    expect(labels("{{ steps.job['customer'].")).toEqual(["name"]);
    expect(completionsAt("{{ event.jo", 11, SCOPE)?.from).toBe(9);
  });

  it("writes a key that a mapping has by nature in brackets", () => {
    const option = completionsAt("{{ steps.job.", 13, SCOPE)?.options.find((one) => one.label === "items");
    expect(option?.insert).toBe("\u0000steps.job['items']");
  });

  it("offers filters behind a bar, nothing in a text, and conditions without braces", () => {
    expect(labels("{{ steps.job.lines | ")).toContain("length");
    expect(labels("Job ")).toEqual([]);
    expect(labels("{{ 'ev")).toEqual([]);
    expect(labels("steps.job.", { bare: true })).toContain("number");
    expect(completionsAt("Job ", 4, SCOPE, { explicit: true })?.options[0]?.insert).toBe("{{ event }}");
  });
});
