import { expect, it } from "vitest";

import { dueText, dueWords, readDue } from "./due";

it("reads what it writes", () => {
  for (const text of ["4h", "2d", "90m", "1 business day", "8 business hours", "next business day 12:00"]) {
    const due = readDue(text);
    expect(due && dueText(due)).toBe(text);
  }
});

it("reads it as workflows write it, too", () => {
  expect(readDue("next_business_day 12:00")).toEqual(readDue("next business day 12:00"));
});

it("says when something is due by it", () => {
  const words = ["4h", "next business day 09:30"].map((text) => readDue(text)).map((due) => due && dueWords(due));
  expect(words).toEqual(["due in 4h", "due next business day 09:30"]);
});

it("says where something is no time allowed", () => {
  expect([readDue("soon"), readDue("next_business_day 24:00"), readDue("")]).toEqual([null, null, null]);
});
