import { fieldAt, withField, type WorkflowDocument } from "../document";
import { nodeIndex } from "../node-index";
import { groupsOf, type Group } from "../layout/groups";
import { isMap, type Json } from "../text/value";
import { done, refused, type Outcome } from "./outcome";

/** Draws a frame with a title around nodes. A node is in one group: it leaves the one before. */
export function groupNodes(document: WorkflowDocument, { keys, title }: { readonly keys: readonly string[]; readonly title: string }): Outcome {
  const index = nodeIndex(document);
  const ids = keys.map((key) => index.byKey.get(key)?.id).filter((id) => typeof id === "string");
  if (!ids.length) return refused("Choose steps to group");
  if (!knownForm(document)) return refused("The layout of this text is in a form that is not known here; it is kept as it is");
  const taken = new Set(groupsOf(document).map((group) => group.id));
  let number = taken.size + 1;
  while (taken.has(`group_${number}`)) number += 1;
  const others = groupsOf(document)
    .map((group) => ({ ...group, nodes: group.nodes.filter((id) => !ids.includes(id)) }))
    .filter((group) => group.nodes.length > 0);
  return done(withGroups(document, [...others, { id: `group_${number}`, title, nodes: ids }]), `Group ${ids.length} steps`);
}

/** Gives a group another title. */
export function renameGroup(document: WorkflowDocument, { id, title }: { readonly id: string; readonly title: string }): Outcome {
  const groups = groupsOf(document);
  if (!groups.some((group) => group.id === id)) return refused("This group is not there any more");
  const renamed = groups.map((group) => (group.id === id ? { ...group, title } : group));
  return done(withGroups(document, renamed), "Rename a group", { merge: `group:${id}` });
}

/** Takes the frame away; the nodes stay. */
export function ungroup(document: WorkflowDocument, id: string): Outcome {
  const groups = groupsOf(document);
  if (!groups.some((group) => group.id === id)) return refused("This group is not there any more");
  return done(withGroups(document, groups.filter((group) => group.id !== id)), "Ungroup");
}

function knownForm(document: WorkflowDocument): boolean {
  const layout = fieldAt(document, ["layout"]);
  return layout === undefined || layout === null || isMap(layout);
}

function withGroups(document: WorkflowDocument, groups: readonly Group[]): WorkflowDocument {
  const written = groups.map(({ id, title, nodes }): Json => ({ id, title, nodes }));
  return withField(document, ["layout", "groups"], written.length ? written : undefined);
}
