import { isList, isMap, type Json } from "../../text/value";

/** What names in an expression of n8n lead to here. */
export interface Scope {
  /** What `$json` is: `event`, `steps.job`, `item`. */
  readonly current: string;
  /** The output of a node by its name in n8n; nothing where it is not known. */
  outputOf(name: string): string | undefined;
}

/** A value with its expressions translated, and those that could not be. */
export interface Translated<T> {
  readonly value: T;
  readonly failed: readonly string[];
  /** Expressions that were translated. */
  readonly count: number;
}

/** Every text of the value: one that begins with `=` holds expressions, any other is taken as it is. */
export function translateValue(value: Json | undefined, scope: Scope): Translated<Json> {
  if (typeof value === "string") return translateText(value, scope);
  if (isList(value)) {
    const items = value.map((item) => translateValue(item, scope));
    return joined(items, items.map((item) => item.value));
  }
  if (!isMap(value)) return { value: value ?? null, failed: [], count: 0 };
  const entries = Object.entries(value).map(([key, inner]) => [key, translateValue(inner, scope)] as const);
  return joined(entries.map(([, inner]) => inner), Object.fromEntries(entries.map(([key, inner]) => [key, inner.value])));
}

function joined(parts: readonly Translated<Json>[], value: Json): Translated<Json> {
  return { value, failed: parts.flatMap((part) => part.failed), count: parts.reduce((sum, part) => sum + part.count, 0) };
}

function translateText(text: string, scope: Scope): Translated<Json> {
  // What is no expression there must not become one here.
  if (!text.startsWith("=")) return { value: text.replaceAll("{{", "{{ '{{' }}"), failed: [], count: 0 };
  const failed: string[] = [];
  let count = 0;
  const value = text.slice(1).replaceAll(/\{\{([^]*?)\}\}/g, (_, inner: string) => {
    const expression = translateExpression(inner, scope);
    if (expression === null) {
      failed.push(inner.trim());
      return `(in n8n: ${inner.trim()})`;
    }
    count += 1;
    return `{{ ${expression} }}`;
  });
  return { value, failed, count };
}

type Rule = readonly [RegExp, (match: RegExpExecArray, scope: Scope) => string | null];

const RULES: readonly Rule[] = [
  [/\$\(\s*(['"])(.*?)\1\s*\)(?:\.item|\.first\(\)|\.last\(\))?\.json\b/y, (match, scope) => scope.outputOf(match[2] ?? "") ?? null],
  [/\$node\[\s*(['"])(.*?)\1\s*\]\.json\b/y, (match, scope) => scope.outputOf(match[2] ?? "") ?? null],
  [/\$input\.(?:item|first\(\)|last\(\))\.json\b/y, (_, scope) => scope.current],
  [/\$json\b/y, (_, scope) => scope.current],
  [/\$now(?:\.toISO\(\))?(?![\w.(])/y, () => "now"],
  [/\$vars\.(\w+)/y, (match) => `vars.${match[1] ?? ""}`],
  [/\$itemIndex\b/y, (_, scope) => (scope.current === "item" ? "index" : null)],
  [/\[\s*(['"])([A-Za-z_]\w*)\1\s*\]/y, (match) => `.${match[2] ?? ""}`],
  [/\[\s*(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*\]/y, (match) => match[0]],
  [/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/y, (match) => match[0]],
  [/===?/y, () => "=="],
  [/!==?/y, () => "!="],
  [/\s*&&\s*/y, () => " and "],
  [/\s*\|\|\s*/y, () => " or "],
  [/!/y, () => "not "],
  [/<=|>=|<|>/y, (match) => match[0]],
  [/\.length\b/y, () => " | length"],
  [/\.toLowerCase\(\)/y, () => " | lower"],
  [/\.toUpperCase\(\)/y, () => " | upper"],
  [/\.trim\(\)/y, () => " | trim"],
  [/\.toString\(\)/y, () => " | string"],
  [/\?(\.[A-Za-z_]\w*)(?!\w*\s*\()/y, (match) => match[1] ?? ""],
  [/\.[A-Za-z_]\w*(?!\w*\s*\()/y, (match) => match[0]],
  [/\b(?:null|undefined)\b/y, () => "none"],
  [/\b(?:true|false)\b/y, (match) => match[0]],
  [/\d+(?:\.\d+)?/y, (match) => match[0]],
  [/[()[\]+\-*/%,]|\s+/y, (match) => match[0]],
];

/** An expression of n8n in the syntax of Jinja, or nothing where it says more than that can. */
export function translateExpression(source: string, scope: Scope): string | null {
  const text = source.trim();
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const found = firstRule(text, at, scope);
    if (!found) return null;
    parts.push(found.text);
    at += found.length;
  }
  // With a text among the operands `+` puts texts together.
  const puts = parts.some((part) => /^['"]/.test(part));
  return text === "" ? null : parts.map((part) => (puts && part === "+" ? "~" : part)).join("");
}

function firstRule(text: string, at: number, scope: Scope): { text: string; length: number } | null {
  for (const [pattern, give] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match || match[0] === "") continue;
    const part = give(match, scope);
    return part === null ? null : { text: part, length: match[0].length };
  }
  return null;
}

/** A value as an operand inside of an expression. */
export function operand(value: Json | undefined, scope: Scope): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null || value === undefined) return "none";
  if (typeof value !== "string") return null;
  if (!value.startsWith("=")) return literal(value);
  const whole = /^=\s*\{\{([^]*?)\}\}\s*$/.exec(value);
  if (whole && !(whole[1] ?? "").includes("{{")) return translateExpression(whole[1] ?? "", scope);
  const parts = value.slice(1).split(/(\{\{[^]*?\}\})/).filter((part) => part !== "");
  const operands = parts.map((part) => (part.startsWith("{{") ? translateExpression(part.slice(2, -2), scope) : literal(part)));
  return operands.every((part) => part !== null) ? operands.join(" ~ ") || "''" : null;
}

function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
}
