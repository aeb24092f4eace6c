import { describe, expect, it } from "vitest";

import { catalogOf } from "../model/catalog";
import { documentOf, longText } from "../model/testing/texts";
import { flowOf } from "./flow";
import { placesOf } from "./places";

const TEXT = `workflow: w
trigger: { id: start, on: projects.job_completed }
nodes:
  - { id: job, action: projects.get_job, next: ready }
  - id: ready
    switch:
      - { when: "{{ steps.job.ok }}", next: invoice }
      - { else: true, next: missing }
  - { id: invoice, action: accounting.create_invoice, on_exception: refused }
  - { id: missing, raise: { reason: missing_required } }
  - { id: refused, raise: { reason: downstream_reject } }
exceptions: { owner: team:billing, due: 4h }
review: { stage: review }
`;

describe("the flow of a document", () => {
  it("keeps the normal path on one line and drops exceptions straight below", async () => {
    const document = documentOf(TEXT);
    const places = await placesOf(document);
    const { nodes, edges } = flowOf(document, catalogOf({ "accounting.create_invoice": "write_once" }), places);
    const at = new Map(nodes.map((node) => [node.id, node]));
    expect(["@trigger", "job", "ready", "invoice"].map((key) => at.get(key)?.position.y)).toEqual([0, 0, 0, 0]);
    const drop = edges.find((edge) => edge.target === "missing");
    expect([drop?.sourceHandle, drop?.targetHandle]).toEqual(["else", "top"]);
    const [from, to] = [at.get("ready"), at.get("missing")];
    const port = from?.handles?.find((handle) => handle.id === "else");
    const top = to?.handles?.find((handle) => handle.id === "top");
    expect((from?.position.x ?? 0) + (port?.x ?? 0)).toBe((to?.position.x ?? 0) + (top?.x ?? 0));
    expect(edges.find((edge) => edge.target === "invoice")?.data?.gate?.state).toBe("waits");
  });

  it("opens five hundred steps without anything written about places", async () => {
    const document = documentOf(longText(500));
    const { nodes, edges } = flowOf(document, catalogOf({}), await placesOf(document));
    expect(nodes).toHaveLength(502);
    expect(edges.length).toBeGreaterThan(490);
    expect(new Set(nodes.map((node) => `${node.position.x} ${node.position.y}`)).size).toBe(nodes.length);
  });
});
