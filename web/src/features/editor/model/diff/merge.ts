import { changeDocument, documentValue, withField, type WorkflowDocument } from "../document";
import { insertNode } from "../commands/list";
import { idOf } from "../node";
import { sourceOf } from "../commands/copy";
import { nodeIndex, type NodeEntry } from "../node-index";
import { definedKeys, entry, equal, isMap, type Json, type Path } from "../text/value";

/** A field that was changed on both sides, each in another way. */
export interface Conflict {
  /** The node, or nothing for a field of the workflow. */
  readonly key: string | null;
  readonly path: Path;
  readonly mine: Json | undefined;
  readonly theirs: Json | undefined;
}

/** Their text with my changes in it. Where both changed the same, mine stands, and the conflict says what theirs was. */
export interface Merged {
  readonly document: WorkflowDocument;
  readonly conflicts: readonly Conflict[];
}

/** Brings two drafts together that were made from the same text: what another tab saved, and what was typed here. */
export function mergeDocuments(base: WorkflowDocument, mine: WorkflowDocument, theirs: WorkflowDocument): Merged {
  const conflicts: Conflict[] = [];
  const merged = mergedNodes(base, mine, mergedTop(base, mine, theirs, conflicts), conflicts);
  return { document: merged, conflicts };
}

function mergedTop(base: WorkflowDocument, mine: WorkflowDocument, theirs: WorkflowDocument, conflicts: Conflict[]): WorkflowDocument {
  const [old, own] = [documentValue(base), documentValue(mine)];
  const keys = new Set([...definedKeys(old), ...definedKeys(own)]);
  keys.delete("nodes");
  return [...keys].reduce((next, key) => mergedField(next, { key: null, at: [key], path: [key] }, entry(old, key), entry(own, key), conflicts), theirs);
}

interface Place {
  readonly key: string | null;
  /** Below the document. */
  readonly at: Path;
  /** Below the node. */
  readonly path: Path;
}

/** One field, as deep as all three are mappings. */
function mergedField(document: WorkflowDocument, place: Place, base: Json | undefined, mine: Json | undefined, conflicts: Conflict[]): WorkflowDocument {
  if (equal(base, mine)) return document;
  const theirs = valueAtPlace(document, place.at);
  if (equal(theirs, mine)) return document;
  if (isMap(mine) && isMap(theirs) && (isMap(base) || base === undefined)) {
    const keys = new Set([...(base ? definedKeys(base) : []), ...definedKeys(mine)]);
    return [...keys].reduce(
      (next, key) => mergedField(next, { key: place.key, at: [...place.at, key], path: [...place.path, key] }, base ? entry(base, key) : undefined, entry(mine, key), conflicts),
      document,
    );
  }
  if (!equal(theirs, base)) conflicts.push({ key: place.key, path: place.path, mine, theirs });
  return withField(document, place.at, mine);
}

function valueAtPlace(document: WorkflowDocument, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((here, step) => (Array.isArray(here) ? (here[Number(step)] as Json | undefined) : entry(here, String(step))), documentValue(document));
}

/** The workflow's own nodes by their keys; the body of a for-each is one field of it. */
function mergedNodes(base: WorkflowDocument, mine: WorkflowDocument, theirs: WorkflowDocument, conflicts: Conflict[]): WorkflowDocument {
  const [old, own] = [topNodes(base), topNodes(mine)];
  let next = theirs;
  for (const [key, was] of old) if (!own.has(key)) next = withoutNode(next, key, was, conflicts);
  for (const [key, is] of own) {
    const was = old.get(key);
    const there = nodeIndex(next).byKey.get(key);
    if (there) next = mergedNode(next, there, was?.node, is.node, conflicts);
    else if (!was) next = added(next, mine, is);
    else if (!equal(was.node, is.node)) {
      conflicts.push({ key, path: [], mine: is.node, theirs: undefined });
      next = added(next, mine, is);
    }
  }
  return next;
}

function topNodes(document: WorkflowDocument): Map<string, NodeEntry> {
  return new Map((nodeIndex(document).levels.get(null) ?? []).map((found) => [found.key, found]));
}

function mergedNode(document: WorkflowDocument, there: NodeEntry, base: Json | undefined, mine: Json, conflicts: Conflict[]): WorkflowDocument {
  if (!isMap(mine)) return document;
  const keys = new Set([...(isMap(base) ? definedKeys(base) : []), ...definedKeys(mine)]);
  return [...keys].reduce(
    (next, key) => mergedField(next, { key: there.key, at: [...there.path, key], path: [key] }, entry(base, key), entry(mine, key), conflicts),
    document,
  );
}

/** Taken away here: it goes, unless they changed it meanwhile. Then it stays, and the conflict says so. */
function withoutNode(document: WorkflowDocument, key: string, was: NodeEntry, conflicts: Conflict[]): WorkflowDocument {
  const there = nodeIndex(document).byKey.get(key);
  if (!there || there.parent !== null) return document;
  if (equal(there.node, was.node)) return changeDocument(document, [{ kind: "remove", path: there.path }]);
  conflicts.push({ key, path: [], mine: undefined, theirs: there.node });
  return document;
}

/** Added here: it stands behind the same node as here, or at the end. */
function added(document: WorkflowDocument, mine: WorkflowDocument, is: NodeEntry): WorkflowDocument {
  const before = nodeIndex(mine).levels.get(null)?.[is.index - 1];
  const list = nodeIndex(document).levels.get(null) ?? [];
  const anchor = before ? list.findIndex((found) => found.key === before.key) : -1;
  const index = before ? (anchor < 0 ? list.length : anchor + 1) : 0;
  return insertNode(document, ["nodes"], index, is.node, idOf(is.node) === null ? undefined : sourceOf(mine, is));
}
