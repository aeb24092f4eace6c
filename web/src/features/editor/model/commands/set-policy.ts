import { fieldAt, withField, type WorkflowDocument } from "../document";
import { isMap, type Json, type JsonMap } from "../text/value";
import { done, type Outcome } from "./outcome";

/** Fields of one of the parts with a few fixed keys; `null` takes a field away, what is not named stays. */
export function setPolicy(document: WorkflowDocument, part: "exceptions" | "log" | "review", fields: JsonMap, label: string): Outcome {
  const now = fieldAt(document, [part]);
  const merged: Record<string, Json> = {};
  for (const [key, value] of Object.entries({ ...(isMap(now) ? now : {}), ...fields })) {
    if (value !== undefined && value !== null) merged[key] = value;
  }
  const keys = Object.keys(fields).sort().join(",");
  return done(withField(document, [part], merged), label, { merge: `${part}:${keys}` });
}
