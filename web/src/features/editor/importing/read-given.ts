import { fieldAt, parseDocument } from "../model/document";
import { importN8n, type Imported } from "../model/import/n8n/import";

export type Read =
  | { readonly kind: "nothing" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "n8n"; readonly imported: Extract<Imported, { ok: true }> }
  | { readonly kind: "unreadable"; readonly reason: string };

/** What was given: a workflow text, or an export of n8n, told apart by what stands in it. */
export function readGiven(given: string, owner: string | undefined): Read {
  if (given.trim() === "") return { kind: "nothing" };
  if (/^\s*[[{]/.test(given) && /"nodes"\s*:/.test(given) && /"(?:connections|typeVersion)"\s*:/.test(given)) {
    const imported = importN8n(given, owner === undefined ? {} : { owner });
    return imported.ok ? { kind: "n8n", imported } : { kind: "unreadable", reason: imported.reason };
  }
  const parsed = parseDocument(given);
  if (!parsed.ok) return { kind: "unreadable", reason: parsed.problems.map((problem) => `Line ${problem.line}: ${problem.message}`).join("\n") };
  return fieldAt(parsed.document, ["nodes"]) === undefined && fieldAt(parsed.document, ["workflow"]) === undefined ? { kind: "unreadable", reason: "This is neither a workflow text nor an export of n8n" } : { kind: "text", text: given };
}
