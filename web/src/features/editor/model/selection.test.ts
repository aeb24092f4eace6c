import { describe, expect, it } from "vitest";

import { graphOf } from "./graph/graph";
import { kept, neighbour, NOTHING, selectAll, selectNodes, selectOnward, toggleEdge, toggleNode } from "./selection";
import { documentOf } from "./testing/texts";

const graph = graphOf(
  documentOf("trigger: { id: t, on: throughline.manual }\nnodes:\n  - { id: a, switch: [ { when: true, next: b }, { else: true, next: x } ] }\n  - { id: b, set: 1, on_exception: y }\n  - { id: x, raise: { reason: drift } }\n  - { id: y, raise: { reason: drift } }\n"),
);

describe("the selection", () => {
  it("adds, lets go, and forgets what is gone", () => {
    expect(toggleNode(toggleNode(NOTHING, "a"), "b").nodes).toEqual(["a", "b"]);
    expect(toggleNode(selectNodes(["a", "a", "b"]), "a").nodes).toEqual(["b"]);
    expect(toggleEdge(NOTHING, "e").edges).toEqual(["e"]);
    expect(kept({ nodes: ["a", "gone"], edges: ["gone"] }, graph)).toEqual({ nodes: ["a"], edges: [] });
    expect(selectAll(graph).nodes).toEqual(["a", "b", "x", "y"]);
    expect(selectOnward(graph, "b").nodes).toEqual(["b", "y"]);
  });

  it("walks along the line and between the ways", () => {
    expect(neighbour(graph, "@trigger", "forward")).toBe("a");
    expect(neighbour(graph, "a", "forward")).toBe("b");
    expect(neighbour(graph, "b", "back")).toBe("a");
    expect(neighbour(graph, "b", "next_way")).toBe("x");
    expect(neighbour(graph, "x", "previous_way")).toBe("b");
    expect(neighbour(graph, "x", "next_way")).toBeNull();
    expect(neighbour(graph, "y", "forward")).toBeNull();
  });
});
