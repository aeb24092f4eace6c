import { changeDocument, fieldAt, withField, type WorkflowDocument } from "../document";
import { nodeIndex, NODE_ID, takenIds } from "../node-index";
import { renameSteps, usesOf } from "../references";
import type { Change } from "../text/edit";
import { asText, entry, equal, fieldOrNull, isList, type Json, mapTexts, type Path, shown } from "../text/value";
import { noSuchNode } from "./list";
import { done, refused, type Outcome } from "./outcome";

/** Gives a node another id, and writes it wherever the node is named: followers, `retry_from`, expressions, redacted paths, positions. */
export function renameId(document: WorkflowDocument, { key, id }: { readonly key: string; readonly id: string }): Outcome {
  const found = nodeIndex(document).byKey.get(key);
  if (!found) return noSuchNode(key);
  if (!NODE_ID.test(id)) return refused("An id begins with a small letter and goes on with small letters, digits and _, at most 64");
  if (found.id === id) return done(document, "Rename");
  if (takenIds(document).has(id)) return refused(`The id “${id}” is taken`);
  // An id that stands twice: only the first is the one that others name.
  const before = found.key === found.id ? found.id : null;
  const own = withField(document, [...found.path, "id"], id);
  const next = before === null ? own : withIdRenamed(own, before, id, found.parent);
  return done(next, `Rename to “${id}”`, { select: [id], merge: `rename:${found.path.join("/")}` });
}

/** Every place that names the id, with the new one. */
export function withIdRenamed(document: WorkflowDocument, before: string, after: string, parent: string | null): WorkflowDocument {
  const ids = new Map([[before, after]]);
  const changes = nodeIndex(document).entries.flatMap((found): Change[] =>
    usesOf(found.node)
      .filter((use) => use.id === before && (use.kind === "expression" || found.parent === parent))
      .map((use) => {
        const path: Path = [...found.path, ...use.path];
        const text = shown(fieldAt(document, path));
        const isCondition = use.path[0] === "switch" && use.path.at(-1) === "when";
        return { kind: "set", path, value: use.kind === "expression" ? renameSteps(text, ids, isCondition) : after };
      }),
  );
  return withLayoutRenamed(withOutsideRenamed(changeDocument(document, changes), ids), before, after);
}

/** What names steps outside of the nodes: redacted paths, and whatever else has expressions. */
function withOutsideRenamed(document: WorkflowDocument, ids: ReadonlyMap<string, string>): WorkflowDocument {
  let next = document;
  const redact = fieldAt(document, ["log", "redact"]);
  if (isList(redact)) {
    const renamed = redact.map((path) => (typeof path === "string" ? renameSteps(path, ids, true) : path));
    next = withField(next, ["log", "redact"], renamed);
  }
  for (const key of ["keys", "output"]) {
    const value = fieldAt(next, [key]);
    if (value === undefined) continue;
    const renamed = mapTexts(fieldOrNull(value), (text) => renameSteps(text, ids));
    if (!equal(renamed, value)) next = withField(next, [key], renamed);
  }
  return next;
}

/** Position and groups go along. */
export function withLayoutRenamed(document: WorkflowDocument, before: string, after: string): WorkflowDocument {
  let next = document;
  if (fieldAt(next, ["layout", "nodes", before]) !== undefined && fieldAt(next, ["layout", "nodes", after]) === undefined) {
    next = changeDocument(next, [{ kind: "rename", path: ["layout", "nodes", before], key: after }]);
  }
  const groups = fieldAt(next, ["layout", "groups"]);
  if (!isList(groups)) return next;
  const renamed = groups.map((group): Json => {
    const members = entry(group, "nodes");
    if (!isList(members) || !members.some((id) => asText(id) === before)) return group;
    return { ...(group as object), nodes: members.map((id) => (id === before ? after : id)) };
  });
  return withField(next, ["layout", "groups"], renamed);
}
