import type { Entry } from "./entries";

/** Words that mean the same to people who look for something. */
const SAME: readonly (readonly string[])[] = [
  ["mail", "email", "message"],
  ["invoice", "bill", "billing"],
  ["customer", "client", "account", "contact"],
  ["job", "order", "project", "work"],
  ["ticket", "case", "help"],
  ["get", "read", "fetch", "load"],
  ["find", "search", "look", "list"],
  ["create", "make", "new", "add", "propose", "draft"],
  ["update", "change", "edit", "set", "mark"],
  ["send", "reply", "answer", "tell"],
  ["if", "whether", "condition", "rule"],
  ["exception", "error", "problem", "stop"],
  ["complete", "completed", "completes", "done", "finish"],
  ["pay", "paid", "payment"],
];

const IDLE = new Set(["a", "an", "the", "to", "of", "is", "and", "for", "it", "by"]);

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

function likeWords(word: string): readonly string[] {
  return SAME.find((group) => group.includes(word)) ?? [];
}

/** How well one word is found in a text: as it stands, as a beginning, by a word of the same meaning. */
function hit(word: string, words: readonly string[]): number {
  if (words.includes(word)) return 1;
  if (words.some((one) => one.startsWith(word) || (one.length > 3 && word.startsWith(one)))) return 0.8;
  if (likeWords(word).some((same) => words.includes(same))) return 0.6;
  return word.length > 3 && words.some((one) => one.includes(word)) ? 0.4 : 0;
}

interface Indexed {
  readonly title: readonly string[];
  readonly words: readonly string[];
  readonly found: readonly string[];
}

const indexes = new WeakMap<Entry, Indexed>();

function indexed(entry: Entry): Indexed {
  const known = indexes.get(entry);
  if (known) return known;
  const made = { title: wordsOf(entry.title), words: wordsOf(`${entry.words} ${entry.group}`), found: wordsOf(entry.found) };
  indexes.set(entry, made);
  return made;
}

/** How well an entry does what was typed: 0 is not at all. */
export function score(entry: Entry, query: string): number {
  const asked = wordsOf(query);
  const telling = asked.filter((word) => !IDLE.has(word));
  const words = telling.length ? telling : asked;
  const { title, words: second, found } = indexed(entry);
  let sum = 0;
  let hits = 0;
  for (const word of words) {
    const best = Math.max(3 * hit(word, title), 1.6 * hit(word, found), 1.2 * hit(word, second));
    if (best > 0) hits += 1;
    sum += best;
  }
  // A sentence may say more than one entry can know; a single word has to be found.
  if (hits * 2 < words.length || hits === 0) return 0;
  // Of two that are found alike, the one that says less beside it.
  const said = title.filter((one) => words.some((word) => hit(word, [one]) > 0)).length / Math.max(1, title.length);
  return (sum / words.length) * (hits / words.length) + 0.2 * said;
}

/** Entries that do what was typed, the best first; all of them where nothing was typed. */
export function found(entries: readonly Entry[], query: string): readonly Entry[] {
  if (query.trim() === "") return entries;
  return entries
    .map((entry) => ({ entry, rank: score(entry, query) }))
    .filter(({ rank }) => rank > 0)
    .sort((left, right) => right.rank - left.rank)
    .map(({ entry }) => entry);
}

/** The parts of a title that were typed, for marking them. */
export function markedParts(title: string, query: string): readonly { readonly text: string; readonly hit: boolean }[] {
  const words = wordsOf(query).filter((word) => word.length > 1 && !IDLE.has(word));
  if (!words.length) return [{ text: title, hit: false }];
  const pattern = new RegExp(`\\b(${words.map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, "")).join("|")})`, "giu");
  return title.split(pattern).map((text, index) => ({ text, hit: index % 2 === 1 })).filter(({ text }) => text !== "");
}
