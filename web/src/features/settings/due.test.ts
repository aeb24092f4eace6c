import { expect, it } from "vitest";

import { dueText, readDue } from "./due";

it("reads what it writes", () => {
  for (const text of ["4h", "2d", "90m", "1 business day", "8 business hours", "next_business_day 12:00"]) {
    const due = readDue(text);
    expect(due && dueText(due)).toBe(text);
  }
});

it("says where something is no time allowed", () => {
  expect([readDue("soon"), readDue("next_business_day 24:00"), readDue("")]).toEqual([null, null, null]);
});
