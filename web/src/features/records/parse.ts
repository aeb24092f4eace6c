/** What somebody typed into the search for a record. */
export type Asked = { kind: "none" } | { kind: "run" | "proposal" | "exception" | "event"; id: string } | { kind: "key"; name: string; value: string } | { kind: "words"; words: string };

const KINDS = { run: "run", prp: "proposal", exc: "exception", evt: "event" } as const;
const LEAST = 2;

export function parse(typed: string): Asked {
  const text = typed.trim();
  if (text.length < LEAST) return { kind: "none" };
  const id = /^(run|prp|exc|evt)_\w{6,}$/.exec(text);
  if (id) return { kind: KINDS[id[1] as keyof typeof KINDS], id: text };
  // A key as the workflow declares it; an address of the web has a colon as well.
  const key = /^([a-z][a-z0-9_]*):(?!\/\/)(.+)$/.exec(text);
  if (key) return { kind: "key", name: key[1] ?? "", value: (key[2] ?? "").trim() };
  return { kind: "words", words: text };
}

/** Whether something that was kept speaks of it, in any of its values. */
export function speaksOf(value: unknown, words: string): boolean {
  const wanted = words.toLowerCase();
  const look = (one: unknown): boolean => {
    if (typeof one === "string") return one.toLowerCase().includes(wanted);
    if (typeof one === "number") return one.toString() === wanted;
    if (Array.isArray(one)) return one.some(look);
    return typeof one === "object" && one !== null && Object.values(one).some(look);
  };
  return look(value);
}
