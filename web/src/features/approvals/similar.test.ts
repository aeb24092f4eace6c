import { expect, it } from "vitest";

import { endsWords } from "./similar";

it("counts how similar ones ended, the most frequent first", () => {
  const ended = ["rejected", "applied", "applying", "applied", "expired"].map((state) => ({ state }));
  expect(endsWords(ended)).toBe("3 approved, 1 rejected, 1 expired");
  expect(endsWords([])).toBe("");
});
