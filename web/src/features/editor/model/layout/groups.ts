import { fieldAt, type WorkflowDocument } from "../document";
import { asText, entry, isList } from "../text/value";

/** A frame with a title around nodes. */
export interface Group {
  readonly id: string;
  readonly title: string;
  /** Ids of its nodes. */
  readonly nodes: readonly string[];
}

export function groupsOf(document: WorkflowDocument): Group[] {
  const written = fieldAt(document, ["layout", "groups"]);
  if (!isList(written)) return [];
  return written.flatMap((group): Group[] => {
    const [id, members] = [asText(entry(group, "id")), entry(group, "nodes")];
    if (id === undefined || !isList(members)) return [];
    return [{ id, title: asText(entry(group, "title")) ?? "", nodes: members.filter((member) => typeof member === "string") }];
  });
}
