import type { EdgeDiff, FieldChange, NodeDiff, WorkflowDiff } from "../model/diff/diff";
import { summaryOf, kindOf } from "../model/node";
import { nodeIndex } from "../model/node-index";
import type { WorkflowDocument } from "../model/document";
import { asText, entry, shown, type Json, type Path } from "../model/text/value";
import { words } from "@/lib/format";

export type Fate = "added" | "removed" | "changed";

export interface ChangeLine {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** One thing that differs, as a person reads it. */
export interface ChangeItem {
  readonly fate: Fate;
  readonly title: string;
  /** The node on the canvas, where it is still there. */
  readonly key: string | null;
  readonly lines: readonly ChangeLine[];
}

const name = (document: WorkflowDocument, key: string | null): string => {
  const node = nodeIndex(document).byKey.get(key ?? "")?.node;
  return asText(entry(node, "title")) ?? key ?? "a step";
};

const pathWords = (path: Path): string => path.map((step) => (typeof step === "number" ? String(step + 1) : words(step))).join(", ");
const valueWords = (value: Json | undefined): string => (value === undefined ? "empty" : shown(value, "empty") || "empty text");

function fieldLine({ path, before, after }: FieldChange): ChangeLine {
  return { what: pathWords(path), before: valueWords(before), after: valueWords(after) };
}

function edgeLine(edge: EdgeDiff, before: WorkflowDocument, after: WorkflowDocument): ChangeLine {
  const port = edge.port === "exception" ? "When it fails" : edge.port === "next" ? "Then" : words(edge.port.replace(":", " "));
  return { what: port, before: edge.before === null ? "nothing" : name(before, edge.before), after: edge.after === null ? "nothing" : name(after, edge.after) };
}

function nodeItem(node: NodeDiff, edges: readonly EdgeDiff[], before: WorkflowDocument, after: WorkflowDocument): ChangeItem | null {
  const own = edges.filter((edge) => edge.from === (node.after ?? node.before));
  if (node.fate === "same" && !own.length) return null;
  if (node.fate === "removed") return { fate: "removed", title: name(before, node.before), key: null, lines: [] };
  const lines = [
    ...(node.renamed ? [{ what: "Id", before: node.before ?? "", after: node.after ?? "" }] : []),
    ...node.fields.map(fieldLine),
    ...own.map((edge) => edgeLine(edge, before, after)),
    ...(node.moved ? [{ what: "Place in the workflow", before: "elsewhere", after: "here" }] : []),
  ];
  if (node.fate === "added") {
    const value = nodeIndex(after).byKey.get(node.after ?? "")?.node ?? null;
    return { fate: "added", title: name(after, node.after), key: node.after, lines: [{ what: words(kindOf(value)), before: "nothing", after: summaryOf(value) || "a new step" }] };
  }
  return { fate: "changed", title: name(after, node.after), key: node.after, lines };
}

/** Everything in which two versions differ, steps first. */
export function changeItems(diff: WorkflowDiff, before: WorkflowDocument, after: WorkflowDocument): ChangeItem[] {
  const nodes = diff.nodes.flatMap((node) => nodeItem(node, diff.edges, before, after) ?? []);
  const fields = diff.fields.map(fieldLine);
  const whole: ChangeItem[] = fields.length ? [{ fate: "changed", title: "Workflow", key: null, lines: fields }] : [];
  const canvas: ChangeItem[] = diff.canvas.length ? [{ fate: "changed", title: "Canvas only", key: null, lines: [{ what: "Places, groups and notes", before: "as they were", after: "changed; nothing of it runs" }] }] : [];
  return [...nodes, ...whole, ...canvas];
}
