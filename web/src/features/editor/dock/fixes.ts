import type { Problem } from "../api";
import { deleteNodes } from "../model/commands/delete-nodes";
import { setExceptions } from "../model/commands/set-exceptions";
import { setField } from "../model/commands/set-field";
import { setLog } from "../model/commands/set-log";
import { setReview } from "../model/commands/set-review";
import { setWorkflowField } from "../model/commands/set-workflow-field";
import { fieldAt, type WorkflowDocument } from "../model/document";
import { nodeIndex } from "../model/node-index";
import { asText, entry, isList, type Json, type Path } from "../model/text/value";
import type { Command } from "../state/editor-store";
import { placeOfProblem } from "./place-of-problem";

/** What one click does about a problem. */
export interface Fix {
  readonly label: string;
  readonly command: Command;
}

/** A part of the text that is missing as a whole: what is usual is written, and can be changed then. */
function missingPart(document: WorkflowDocument, problem: Problem): Fix | null {
  const owner = asText(fieldAt(document, ["owner"])) ?? "";
  const said = `${problem.path} ${problem.message}`;
  const lacks = (part: string): boolean => fieldAt(document, [part]) === undefined && new RegExp(`\\b${part}\\b`).test(said);
  if (lacks("log")) return { label: "Keep it 1 year", command: (now) => setLog(now, { retention: "1y" }) };
  if (lacks("review")) return { label: "Start in review", command: (now) => setReview(now, { stage: "review" }) };
  if (lacks("exceptions") && owner) return { label: "The owner answers in 1 business day", command: (now) => setExceptions(now, { owner, due: "1 business day" }) };
  const connector = connectorOfTrigger(document);
  if (lacks("source") && connector) return { label: `Take ${connector}`, command: (now) => setWorkflowField(now, { path: ["source"], value: connector }) };
  return null;
}

function connectorOfTrigger(document: WorkflowDocument): string | null {
  const on = asText(entry(fieldAt(document, ["trigger"]), "on")) ?? "";
  const connector = on.split(".")[0] ?? "";
  return connector && !["throughline", "schedule", "webhook", "form", "mail"].includes(connector) ? connector : null;
}

/** A way to mend it with one click, where it is plain what was meant. */
export function fixOf(document: WorkflowDocument, problem: Problem): Fix | null {
  const whole = missingPart(document, problem);
  if (whole) return whole;
  const { key, path } = placeOfProblem(document, problem.path);
  const found = key === null ? undefined : nodeIndex(document).byKey.get(key);
  if (!found || key === null) return null;
  switch (problem.code) {
    case "TL0110":
      return meantInstead(key, path, problem) ?? edgeAway(key, path);
    case "TL0112":
      return { label: "Delete the step", command: (now) => deleteNodes(now, [key]) };
    case "TL0115":
      return elseLast(key, entry(found.node, "switch"));
    case "TL0118":
      return { label: "Let the failure say it", command: (now) => setField(now, { key, path: ["raise", "sentence"], value: undefined }) };
    default:
      return null;
  }
}

/** The server knows a name that is alike: that one was meant. */
function meantInstead(key: string, path: Path, problem: Problem): Fix | null {
  const name = /did you mean `([^`]+)`/.exec(problem.hint ?? "")?.[1];
  return name === undefined || !path.length ? null : { label: `Lead to ${name}`, command: (now) => setField(now, { key, path, value: name }) };
}

function edgeAway(key: string, path: Path): Fix | null {
  return path.length ? { label: "Take the edge away", command: (now) => setField(now, { key, path: path[0] === "next" ? ["next"] : path, value: undefined }) } : null;
}

function elseLast(key: string, cases: Json | undefined): Fix | null {
  if (!isList(cases)) return null;
  const isElse = (one: Json): boolean => entry(one, "else") !== undefined;
  const sorted = [...cases.filter((one) => !isElse(one)), ...cases.filter(isElse)];
  return { label: "Put it last", command: (now) => setField(now, { key, path: ["switch"], value: sorted }) };
}
