import { describe, expect, it } from "vitest";

import { documentValue, serializeDocument } from "./document";
import { nodeIndex } from "./node-index";
import { documentOf, workflowTexts } from "./testing/texts";
import { nodeAtOffset, placeInText, pointedAt } from "./text-places";
import { eachText, pointer } from "./text/value";

const texts = workflowTexts();

describe("places in the text", () => {
  it.each(texts.map(({ name, text }) => [name, text]))("%s: every text is found where it is written", (_, text) => {
    const document = documentOf(text);
    eachText(documentValue(document), (value, path) => {
      const place = placeInText(document, path);
      const written = serializeDocument(document).slice(place?.from, place?.to);
      expect(written).toContain(/\w+/.exec(value)?.[0] ?? "");
      expect(place?.line).toBe(text.slice(0, place?.from).split("\n").length);
    });
    for (const entry of nodeIndex(document).entries) {
      const id = placeInText(document, [...entry.path, "id"]);
      expect(nodeAtOffset(document, id?.from ?? -1)?.key).toBe(entry.key);
    }
  }, 60_000);

  it("names no node where none is, and the nearest field where one is missing", () => {
    const document = documentOf("workflow: a\nnodes:\n  - { id: b, set: { x: 1 } }\nlog: { retention: 7y }\n");
    expect(nodeAtOffset(document, 3)).toBeNull();
    expect(nodeAtOffset(document, 50)).toBeNull();
    expect(placeInText(document, ["nodes", 0, "set", "y", "z"])).toEqual({ from: 37, to: 45, line: 3 });
    expect(placeInText(document, ["owner"])).toBeNull();
    const json = documentOf('{ "nodes": [ { "id": "b", "set": 1 } ] }');
    expect(nodeAtOffset(json, 20)?.key).toBe("b");
  });

  it("reads where the server's check points", () => {
    const document = documentOf('nodes:\n  - id: each\n    for_each: "{{ event.a }}"\n    do:\n      - { id: one, set: { "a/b": 1 } }\n');
    expect(pointedAt(document, "/nodes/0/do/0/set/a~1b")).toEqual({ key: "one", path: ["set", "a/b"] });
    expect(pointedAt(document, "/nodes/0/for_each")).toEqual({ key: "each", path: ["for_each"] });
    expect(pointedAt(document, "/exceptions/owner")).toEqual({ key: null, path: ["exceptions", "owner"] });
    expect(pointer(["nodes", 0, "a/b"])).toBe("/nodes/0/a~1b");
  });
});
