import { mapLines } from "./text/write";

/** The text of a workflow in which nothing is said yet but its name: the seven parts tell what comes next. */
export function newWorkflow({ id, title, owner }: { readonly id: string; readonly title?: string; readonly owner?: string }): string {
  return `${mapLines({ workflow: id, title, owner, nodes: [], review: { stage: "draft" } }, 0).join("\n")}\n`;
}
