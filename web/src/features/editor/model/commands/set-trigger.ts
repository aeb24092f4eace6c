import { fieldAt, withField, type WorkflowDocument } from "../document";
import { freeId, takenIds, triggerId, NODE_ID } from "../node-index";
import { asText, isMap, type Json, type JsonMap, without } from "../text/value";
import { PLACEHOLDER } from "../import/placeholder";
import { done, refused, type Outcome } from "./outcome";
import { withLayoutRenamed } from "./rename-id";

/** Sets what starts a run. Another kind of trigger keeps the id; what the old one was configured with goes. */
export function setTrigger(document: WorkflowDocument, fields: JsonMap): Outcome {
  const now = fieldAt(document, ["trigger"]);
  const before: JsonMap = isMap(now) ? now : {};
  const own = triggerId(document);
  const id = asText(fields["id"]) ?? own ?? freeId(takenIds(document), "start");
  if (!NODE_ID.test(id)) return refused("An id begins with a small letter and goes on with small letters, digits and _, at most 64");
  if (id !== own && takenIds(document).has(id)) return refused(`The id “${id}” is taken`);
  const other = fields["on"] !== undefined && before["on"] !== undefined && fields["on"] !== before["on"];
  const kept = other ? {} : fields["on"] === undefined ? before : without(before, PLACEHOLDER);
  const merged: Record<string, Json> = {};
  for (const [key, value] of Object.entries<Json | undefined>({ id, ...kept, ...fields })) {
    if (value !== undefined && value !== null) merged[key] = value;
  }
  const next = withField(document, ["trigger"], merged);
  const named = own !== null && own !== id ? withLayoutRenamed(next, own, id) : next;
  return done(named, "Set the trigger", { merge: `trigger:${Object.keys(fields).join(",")}` });
}
