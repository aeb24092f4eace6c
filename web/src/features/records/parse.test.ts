import { expect, it } from "vitest";

import { parse, speaksOf } from "./parse";

it("tells ids, keys and words apart", () => {
  expect(parse(" r ")).toEqual({ kind: "none" });
  expect(parse("exc_01abcdef")).toEqual({ kind: "exception", id: "exc_01abcdef" });
  expect(parse("job:job_0002")).toEqual({ kind: "key", name: "job", value: "job_0002" });
  expect(parse("https://x.example")).toEqual({ kind: "words", words: "https://x.example" });
  expect(parse("J-1002")).toEqual({ kind: "words", words: "J-1002" });
});

it("looks into every value, however deep", () => {
  const kept = { operations: [{ input: { reference: "J-1002", lines: [{ description: "Valve set" }] }, money: 12 }] };
  expect([speaksOf(kept, "j-1002"), speaksOf(kept, "valve"), speaksOf(kept, "12"), speaksOf(kept, "boiler")]).toEqual([true, true, true, false]);
});
