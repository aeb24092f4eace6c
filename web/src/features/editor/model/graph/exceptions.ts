import { fieldAt, type WorkflowDocument } from "../document";
import { canFail, kindOf } from "../node";
import { nodeIndex } from "../node-index";
import { asText, entry } from "../text/value";
import { answersOf, type Answers } from "./answers";

/** How a run stops: raised by the text, asked of a person, or parked where a step fails and no edge catches it. */
export type ExceptionForm = "raised" | "asked" | "parked";

/** One way in which a run stops, and who moves it on. */
export interface ExceptionPath {
  readonly key: string;
  readonly form: ExceptionForm;
  /** The reason code, where the text says it. */
  readonly reason: string | null;
  readonly answers: Answers;
  /** What nobody has said, in words. */
  readonly missing: readonly string[];
}

/** Everything that can stop and wait for somebody. */
export function exceptionPaths(document: WorkflowDocument): ExceptionPath[] {
  const policy = fieldAt(document, ["exceptions"]);
  return nodeIndex(document).entries.flatMap(({ key, node }): ExceptionPath[] => {
    const kind = kindOf(node);
    const form = kind === "raise" ? "raised" : kind === "ask" ? "asked" : "parked";
    if (form === "parked" && (!canFail(node) || entry(node, "on_exception") !== undefined)) return [];
    const answers = answersOf(policy, node);
    const missing = [answers.owner === null ? "no owner" : "", answers.due === null ? "no time allowed" : ""].filter((word) => word !== "");
    return [{ key, form, reason: asText(entry(entry(node, "raise"), "reason")) ?? null, answers, missing }];
  });
}
