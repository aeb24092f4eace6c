import { fieldAt, type WorkflowDocument } from "./document";
import { exceptionPaths } from "./graph/exceptions";
import { linesOf } from "./graph/lines";
import { placeholderOf } from "./import/placeholder";
import { kindOf } from "./node";
import { nodeIndex } from "./node-index";
import { asText, entry, isList, type Path } from "./text/value";

export type Part = "trigger" | "source" | "normal_path" | "exception_path" | "owners" | "log" | "review";

/** One of the seven parts that make a workflow complete. */
export interface PartState {
  readonly part: Part;
  readonly title: string;
  /** What is said, short. */
  readonly words: string;
  /** What is missing, in words; nothing where the part is complete. */
  readonly missing: readonly string[];
  /** Where to go to mend it. */
  readonly path: Path;
}

/** The seven parts with what each lacks. The server's check has the last word. */
export function checklist(document: WorkflowDocument): readonly PartState[] {
  return [trigger(document), source(document), normalPath(document), exceptionPath(document), owners(document), log(document), review(document)];
}

/** How many answers are missing before it can be published. */
export function missingCount(parts: readonly PartState[]): number {
  return parts.reduce((count, part) => count + part.missing.length, 0);
}

function textOf(document: WorkflowDocument, ...path: Path): string {
  return asText(fieldAt(document, path))?.trim() ?? "";
}

function lacking(...facts: readonly (readonly [unknown, string])[]): string[] {
  return facts.filter(([there]) => there === undefined || there === "" || there === false).map(([, words]) => words);
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function trigger(document: WorkflowDocument): PartState {
  const on = textOf(document, "trigger", "on");
  const known = on !== "" && placeholderOf(fieldAt(document, ["trigger"])) === null;
  const missing = known ? lacking([textOf(document, "trigger", "id"), "The trigger has no id"]) : ["Nothing says what starts a run"];
  return { part: "trigger", title: "Trigger", words: on || "None", missing, path: ["trigger"] };
}

function source(document: WorkflowDocument): PartState {
  const name = textOf(document, "source");
  return { part: "source", title: "Source system", words: name || "None", missing: lacking([name, "Nothing says which system's record this is about"]), path: ["source"] };
}

function normalPath(document: WorkflowDocument): PartState {
  const nodes = nodeIndex(document).levels.get(null) ?? [];
  const onLine = [...linesOf(nodeIndex(document), null).values()].filter((line) => line !== "exception").length;
  const vague = nodeIndex(document).entries.filter(({ node }) => kindOf(node) === "unknown");
  const missing = nodes.length === 0 ? ["There is no step yet"] : lacking([onLine > 0, "Every step is an exception: nothing is normal"]);
  missing.push(...vague.map(({ key, node }) => `“${asText(entry(node, "title")) ?? key}” does not say what it does`));
  return { part: "normal_path", title: "Normal path", words: counted(onLine, "step", "steps"), missing, path: ["nodes"] };
}

function exceptionPath(document: WorkflowDocument): PartState {
  const paths = exceptionPaths(document);
  const policy = fieldAt(document, ["exceptions"]);
  const missing = policy === undefined ? ["Nothing says where a failure leads that no path catches"] : [];
  return { part: "exception_path", title: "Exception path", words: counted(paths.length, "exception path", "exception paths"), missing, path: ["exceptions"] };
}

function owners(document: WorkflowDocument): PartState {
  const paths = exceptionPaths(document);
  const index = nodeIndex(document);
  const without = paths.filter((path) => path.missing.length > 0);
  const title = (key: string): string => asText(entry(index.byKey.get(key)?.node, "title")) ?? key;
  const missing = [
    ...lacking([textOf(document, "owner"), "The workflow has no owner"]),
    ...without.map((path) => `“${title(path.key)}” has ${path.missing.join(" and ")}`),
    ...(fieldAt(document, ["exceptions"]) === undefined
      ? []
      : lacking([textOf(document, "exceptions", "owner"), "Exceptions without a nearer owner have none"], [textOf(document, "exceptions", "due"), "Exceptions without a nearer deadline have none"])),
  ];
  const words = without.length ? `${without.length} of ${paths.length} missing` : counted(paths.length, "owner named", "owners named");
  const first = index.byKey.get(without[0]?.key ?? "");
  return { part: "owners", title: "Owners", words, missing, path: first?.path ?? ["exceptions"] };
}

function log(document: WorkflowDocument): PartState {
  const retention = textOf(document, "log", "retention");
  const redact = fieldAt(document, ["log", "redact"]);
  const hidden = isList(redact) && redact.length ? `, ${redact.length} hidden` : "";
  return { part: "log", title: "Log", words: retention ? `kept ${retention}${hidden}` : "None", missing: lacking([retention, "Nothing says how long the log is kept"]), path: ["log"] };
}

function review(document: WorkflowDocument): PartState {
  const stage = textOf(document, "review", "stage");
  const tolerated = fieldAt(document, ["review", "tolerated_error"]);
  const error = typeof tolerated === "number" ? `${Math.round(tolerated * 1e6) / 1e4}%` : (asText(tolerated) ?? "1%");
  return { part: "review", title: "Review period", words: stage ? `${stage}, ${error} tolerated` : "None", missing: lacking([stage, "Nothing says the stage"]), path: ["review"] };
}
