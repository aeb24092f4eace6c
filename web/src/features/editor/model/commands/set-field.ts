import { withField, type WorkflowDocument } from "../document";
import type { Json, Path } from "../text/value";
import { findNode, noSuchNode } from "./list";
import { done, refused, type Outcome } from "./outcome";
import { renameId } from "./rename-id";
import { nameOf } from "./retarget";

export interface SetField {
  readonly key: string;
  /** Below the node: `["with", "customer"]`. */
  readonly path: Path;
  /** Nothing takes the field away. */
  readonly value: Json | undefined;
}

/** Writes a field of a node. What is written one after the other into the same field is one step of the history. */
export function setField(document: WorkflowDocument, { key, path, value }: SetField): Outcome {
  const found = findNode(document, key);
  if (!found) return noSuchNode(key);
  if (path.length === 0) return refused("A whole step is replaced by its kind");
  if (path.length === 1 && path[0] === "id" && found.id !== null) {
    return typeof value === "string" ? renameId(document, { key, id: value }) : refused("A step needs an id");
  }
  const next = withField(document, [...found.path, ...path], value);
  return done(next, `Change “${nameOf(found.node)}”`, { merge: `field:${key}:${path.join("/")}` });
}
