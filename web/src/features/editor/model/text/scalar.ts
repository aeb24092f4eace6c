/** How a text was quoted where it stood before. */
export type Quotes = "double" | "single" | "plain";

/** Words that some readers of YAML take for something else than a text. */
const WORDS = new Set(["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", "<<", ".nan", ".inf"]);
/** Begins like a number: whatever reader there is, quotes make it a text. */
const NUMBER = /^[-+]?(\.?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|0[xob][0-9a-fA-F_]+|\.inf|\.nan)$/i;
const START = /^[\p{L}\p{N}_./$€£@+(]/u;
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Can the text stand without quotes and be read the same by everybody? */
export function isPlain(text: string, inFlow: boolean, isKey = false): boolean {
  if (text === "" || text !== text.trim() || !START.test(text) || text.startsWith("@")) return false;
  if (text.length > 200 || NUMBER.test(text)) return false;
  if (!isKey && WORDS.has(text.toLowerCase())) return false;
  if (isKey && ["null", "true", "false", "~", "<<"].includes(text.toLowerCase())) return false;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f]|: |:$| #|\{\{|\}\}/.test(text) || text.match(UNPRINTABLE)) return false;
  if (text.startsWith("---") || text.startsWith("...")) return false;
  if (isKey) return !/[,[\]{}:?]/.test(text);
  return !inFlow || !/[,[\]{}?]|:$/.test(text);
}

export function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The text in quotes or without, in the manner of before where that can hold it. */
export function quoted(text: string, inFlow: boolean, before: Quotes = "plain"): string {
  // eslint-disable-next-line no-control-regex -- control characters need escapes
  const single = before === "single" && !/[\u0000-\u001f]/.test(text) && !text.match(UNPRINTABLE);
  if (single) return `'${text.replaceAll("'", "''")}'`;
  return before === "plain" && isPlain(text, inFlow) ? text : doubleQuoted(text);
}
