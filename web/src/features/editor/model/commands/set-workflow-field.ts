import { withField, type WorkflowDocument } from "../document";
import type { Json, Path } from "../text/value";
import { done, refused, type Outcome } from "./outcome";

/** Writes a field of the workflow that belongs to no node: title, owner, source, keys, vars, input, approvals. */
export function setWorkflowField(document: WorkflowDocument, { path, value }: { readonly path: Path; readonly value: Json | undefined }): Outcome {
  if (path.length === 0 || path[0] === "nodes") return refused("Steps are changed one by one");
  return done(withField(document, path, value), `Change ${String(path[0])}`, { merge: `workflow:${path.join("/")}` });
}
