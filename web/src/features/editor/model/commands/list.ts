import { changeDocument, fieldAt, withField, type WorkflowDocument } from "../document";
import { nodeIndex, type NodeEntry } from "../node-index";
import { isList, type Json, type Path } from "../text/value";
import { refused, type Outcome } from "./outcome";

/** Where the list of nodes stands: the workflow's own, or the body of a for-each. */
export function listPathOf(document: WorkflowDocument, parent: string | null): Path {
  if (parent === null) return ["nodes"];
  const around = nodeIndex(document).byKey.get(parent);
  return around ? [...around.path, "do"] : ["nodes"];
}

export function listAt(document: WorkflowDocument, path: Path): readonly Json[] {
  const list = fieldAt(document, path);
  return isList(list) ? list : [];
}

/** The document with a node at a place of a list; `source` keeps how it is written. */
export function insertNode(document: WorkflowDocument, path: Path, index: number, value: Json, source?: string): WorkflowDocument {
  if (listAt(document, path).length === 0) return withField(document, path, [value]);
  return changeDocument(document, [{ kind: "insert", path, index, value, ...(source === undefined ? {} : { source }) }]);
}

/** The document with another value for one node. */
export function replaceNode(document: WorkflowDocument, path: Path, value: Json): WorkflowDocument {
  return withField(document, path, value);
}

export function findNode(document: WorkflowDocument, key: string): NodeEntry | undefined {
  return nodeIndex(document).byKey.get(key);
}

export function noSuchNode(key: string): Outcome {
  return refused(`There is no step “${key}” any more`);
}
