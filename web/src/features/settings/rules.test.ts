import { expect, it } from "vitest";

import { draftOf, EMPTY, forWords, ruleOf, type Rule } from "./rules";

it("a rule reads back as it was typed, and leaves out what is usual", () => {
  const rule: Rule = { workflow: "billing", kind: "business", when: "{{ money > 500 }}", owner: "team:billing", backups: [{ owner: "person:ana", from: "2026-12-24", until: "2027-01-02" }], due: { type: "after", ms: 14_400_000 }, ladder: [50, 120, 300] };
  expect(ruleOf(draftOf(rule))).toEqual({ rule });
  expect(ruleOf({ ...EMPTY, owner: "team:a" })).toEqual({ rule: { owner: "team:a", backups: [] } });
  expect(forWords(rule)).toBe("Business records in billing");
});

it("says what is wrong with one", () => {
  expect(ruleOf(EMPTY)).toHaveProperty("problem");
  expect(ruleOf({ ...EMPTY, owner: "team:a", due: "soon" })).toHaveProperty("problem");
  expect(ruleOf({ ...EMPTY, owner: "team:a", ladder: ["110", "150", "200"] })).toHaveProperty("problem");
});
