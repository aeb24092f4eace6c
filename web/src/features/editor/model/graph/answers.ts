import { kindOf } from "../node";
import { asText, entry, type Json } from "../text/value";

/** Who says it: the nearest one counts. */
export type From = "inside" | "node" | "workflow" | "nobody";

/** Who owns the exceptions of a node, and until when. */
export interface Answers {
  readonly owner: string | null;
  readonly ownerFrom: From;
  readonly due: string | null;
  readonly dueFrom: From;
}

/** The owner and the due of what stops at a node: said inside its `raise` or `ask`, beside it, or by the workflow's `exceptions`. */
export function answersOf(policy: Json | undefined, node: Json): Answers {
  const kind = kindOf(node);
  const inside = kind === "raise" || kind === "ask" ? entry(node, kind) : undefined;
  const nearest = (key: string): [string | null, From] => {
    const places: [Json | undefined, From][] = [[inside, "inside"], [node, "node"], [policy, "workflow"]];
    for (const [place, from] of places) {
      const text = asText(entry(place, key))?.trim();
      if (text) return [text, from];
    }
    return [null, "nobody"];
  };
  const [owner, ownerFrom] = nearest("owner");
  const [due, dueFrom] = nearest("due");
  return { owner, ownerFrom, due, dueFrom };
}
