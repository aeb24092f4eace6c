/** Workflows that ship with the server, as texts: each is a chunk of its own that is loaded when somebody picks it. */
const TEXTS = import.meta.glob<string>("../../../packs/*/*.yaml", { query: "?raw", import: "default" });
const FACTS = import.meta.glob<string>("../../../packs/*/pack.toml", { query: "?raw", import: "default" });

export interface PackConnection {
  name: string;
  connector: string;
  why: string;
}

export interface Pack {
  pack: string;
  title: string;
  connections: readonly PackConnection[];
}

const folderOf = (path: string): string => path.split("/").at(-2) ?? "";
const field = (text: string, name: string): string => new RegExp(`^${name} = "(.*)"$`, "m").exec(text)?.[1] ?? "";

/** As much of a pack's own file as is shown here. */
export function readFacts(pack: string, text: string): Pack {
  const [head = "", ...connections] = text.split("[[connection]]");
  return { pack, title: field(head, "title") || pack, connections: connections.map((one) => ({ name: field(one, "name"), connector: field(one, "connector"), why: field(one, "why") })) };
}

export const loadPacks = (): Promise<Pack[]> => Promise.all(Object.entries(FACTS).map(async ([path, load]) => readFacts(folderOf(path), await load())));

/** The text of a pack's workflow; of several the one that is called like the pack. */
export async function loadPackText(pack: string): Promise<string | null> {
  const found = Object.entries(TEXTS).find(([path]) => folderOf(path) === pack && path.endsWith(`/${pack}.yaml`));
  return found ? found[1]() : null;
}
