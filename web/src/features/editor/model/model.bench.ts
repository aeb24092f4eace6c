import ElkConstructor from "elkjs/lib/elk.bundled.js";
import { bench, describe } from "vitest";

import { addNode } from "./commands/add-node";
import { connect } from "./commands/connect";
import { deleteNodes } from "./commands/delete-nodes";
import { moveNodes } from "./commands/move-nodes";
import type { Outcome } from "./commands/outcome";
import { renameId } from "./commands/rename-id";
import { setField } from "./commands/set-field";
import { tidyNodes } from "./commands/tidy-nodes";
import { parseDocument, serializeDocument, type WorkflowDocument } from "./document";
import { graphOf } from "./graph/graph";
import type { LayoutEngine } from "./layout/engine";
import { tidy } from "./layout/tidy";
import { documentOf, longText } from "./testing/texts";

const engine: LayoutEngine = new ElkConstructor();
const text = longText(500);
const plain = documentOf(text);
const outcome = tidyNodes(plain, await tidy(plain, engine));
const placed: WorkflowDocument = outcome.ok ? outcome.edit.document : plain;
graphOf(placed);

function ran(result: Outcome): WorkflowDocument {
  if (!result.ok) throw new Error(result.reason);
  return result.edit.document;
}

let turn = 0;
const options = { time: 800, warmupTime: 300 };

describe("500 nodes: one command", () => {
  bench("set a field", () => void ran(setField(placed, { key: "step_250", path: ["title"], value: `Title ${turn++}` })), options);
  bench("set a field, and the graph after it", () => void graphOf(ran(setField(placed, { key: "step_250", path: ["title"], value: `Title ${turn++}` }))), options);
  bench("move a node", () => void ran(moveNodes(placed, new Map([["step_250", { x: turn++, y: 5 }]]))), options);
  bench("add a node", () => void ran(addNode(placed, { kind: "set", spot: { after: "step_250" } })), options);
  bench("connect", () => void ran(connect(placed, { from: "step_250", port: "exception", to: "stop_259" })), options);
  bench("delete a node", () => void ran(deleteNodes(placed, ["step_250"])), options);
  bench("rename an id", () => void ran(renameId(placed, { key: "step_250", id: "other" })), options);
});

describe("500 nodes: the whole", () => {
  bench("read the text", () => void parseDocument(text), options);
  bench("write the text", () => void serializeDocument(ran(moveNodes(placed, new Map([["step_1", { x: turn++, y: 5 }]])))), options);
  bench("tidy", async () => {
    await tidy(placed, engine);
  }, options);
});
