import { describe, expect, it } from "vitest";

import { readGiven } from "./read-given";

describe("what is imported", () => {
  it("is told apart by what stands in it", () => {
    expect(readGiven("  ", undefined).kind).toBe("nothing");
    expect(readGiven("workflow: w\nnodes: []\n", undefined).kind).toBe("text");
    expect(readGiven("a: b\n", undefined).kind).toBe("unreadable");
    expect(readGiven("workflow: [", undefined).kind).toBe("unreadable");
    const exported = JSON.stringify({ name: "Night", nodes: [{ name: "Start", type: "n8n-nodes-base.manualTrigger", typeVersion: 1, position: [0, 0], parameters: {} }], connections: {} });
    const read = readGiven(exported, "team:desk");
    expect(read.kind).toBe("n8n");
    expect(read.kind === "n8n" && read.imported.text).toContain("owner: team:desk");
  });
});
