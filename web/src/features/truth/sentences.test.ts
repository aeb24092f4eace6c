import { expect, it } from "vitest";

import { beginWords } from "./sentences";

it("says what begins a workflow as people say it", () => {
  expect(["throughline.manual", "projects.job_changed", "crm.deal_changed", "odd"].map(beginWords)).toEqual([
    "somebody starts it by hand",
    "it begins with “job changed” in Projects",
    "it begins with “deal changed” in CRM",
    "it begins with odd",
  ]);
});
