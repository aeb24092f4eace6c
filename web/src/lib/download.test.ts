import { expect, it } from "vitest";

import { csv } from "./download";

it("quotes what needs it and keeps formulas from being run", () => {
  expect(csv(["a", "b"], [["x,y", 1], ['say "no"', null], ["=1+1", -2]])).toBe('a,b\r\n"x,y",1\r\n"say ""no""",\r\n\'=1+1,-2\r\n');
});
