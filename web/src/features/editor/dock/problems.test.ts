import { describe, expect, it } from "vitest";

import type { Problem } from "../api";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { serializeDocument } from "../model/document";
import { documentOf } from "../model/testing/texts";
import { fixOf } from "./fixes";
import { placeOfProblem } from "./place-of-problem";

const TEXT = `workflow: w
owner: team:desk
trigger: { id: start, on: projects.job_completed }
nodes:
  - { id: a, set: { x: 1 }, next: bb }
  - id: b
    switch:
      - { else: true, next: a }
      - { when: "{{ true }}", next: a }
`;

const problem = (code: string, path: string, more: Partial<Problem> = {}): Problem => ({ code, path, line: 1, column: 1, severity: "error", message: path, hint: null, expected: null, ...more });

describe("problems", () => {
  it("lead to their place, by pointers and by names with brackets", () => {
    const document = documentOf(TEXT);
    expect(placeOfProblem(document, "/nodes/1/switch/0")).toEqual({ key: "b", path: ["switch", 0] });
    expect(placeOfProblem(document, "nodes[0].next")).toEqual({ key: "a", path: ["next"] });
    expect(placeOfProblem(document, "/trigger/with")).toMatchObject({ key: TRIGGER_KEY });
    expect(placeOfProblem(document, "/log")).toEqual({ key: null, path: ["log"] });
  });

  it("are mended with one click where it is plain what was meant", () => {
    const document = documentOf(TEXT);
    const after = (one: Problem): string => {
      const outcome = fixOf(document, one)?.command(document);
      return outcome?.ok ? serializeDocument(outcome.edit.document) : "";
    };
    expect(after(problem("TL0106", "/log", { message: "`log` is missing" }))).toContain("log: { retention: 1y }");
    expect(after(problem("TL0106", "/source", { message: "`source` is missing" }))).toContain("source: projects");
    expect(after(problem("TL0106", "/exceptions", { message: "`exceptions` is missing" }))).toContain("exceptions: { owner: team:desk, due: 1 business day }");
    expect(after(problem("TL0110", "/nodes/0/next", { hint: "did you mean `b`?" }))).toContain("next: b }");
    expect(after(problem("TL0110", "/nodes/0/next"))).toContain("- { id: a, set: { x: 1 } }");
    expect(after(problem("TL0115", "/nodes/1/switch"))).toMatch(/when[^]*else/);
    expect(fixOf(document, problem("TL0121", "/nodes/0/set/x"))).toBeNull();
  });
});
