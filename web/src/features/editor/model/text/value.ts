/** A value as JSON knows it. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonMap;

/** A mapping of JSON. */
export interface JsonMap {
  readonly [key: string]: Json | undefined;
}

/** Where a value stands: names of keys and numbers of items, from the outside in. */
export type Path = readonly (string | number)[];

export function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value as a text, or nothing where it is none. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The entry of a mapping, looked up without its prototype. */
export function entry(value: unknown, key: string): Json | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What stands at the path below the value. */
export function valueAt(value: unknown, path: Path): Json | undefined {
  let here = value;
  for (const step of path) {
    here = Array.isArray(here) ? here[Number(step)] : entry(here, String(step));
  }
  return here as Json | undefined;
}

export function equal(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (isMap(left) && isMap(right)) {
    const keys = definedKeys(left);
    return keys.length === definedKeys(right).length && keys.every((key) => equal(left[key], entry(right, key)));
  }
  // -0 and 0 are written alike.
  return typeof left === "number" && left === right;
}

/** The keys that hold something: `undefined` is as good as absent. */
export function definedKeys(map: JsonMap): string[] {
  return Object.keys(map).filter((key) => map[key] !== undefined);
}

/** Calls `visit` with every text in the value and where it stands. */
export function eachText(value: unknown, visit: (text: string, path: Path) => void, path: Path = []): void {
  if (typeof value === "string") visit(value, path);
  else if (isList(value)) value.forEach((item, index) => eachText(item, visit, [...path, index]));
  else if (isMap(value)) for (const key of Object.keys(value)) eachText(value[key], visit, [...path, key]);
}

/** The value with each text replaced by what `change` gives. */
export function mapTexts<T extends Json>(value: T, change: (text: string) => string): T {
  if (typeof value === "string") return change(value) as T;
  if (isList(value)) return value.map((item) => mapTexts(item, change)) as unknown as T;
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, inner === undefined ? inner : mapTexts(inner, change)]);
  return Object.fromEntries(entries) as T;
}

/** The path as a JSON Pointer: what the server's problems name. */
export function pointer(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The path of a JSON Pointer, relative to the value: numbers where a list stands. */
export function pathOf(text: string, value: unknown): Path {
  const path: (string | number)[] = [];
  for (const part of text.split("/").slice(1)) {
    const step = part.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(valueAt(value, path)) ? Number(step) : step);
  }
  return path;
}

export function fieldOrNull(value: Json | undefined): Json {
  return value ?? null;
}

/** The value in words: a text as it is, what has no short form as JSON. */
export function shown(value: Json | undefined, otherwise = ""): string {
  if (value === undefined || value === null) return otherwise;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The mapping without some of its keys. */
export function without(map: JsonMap, ...keys: readonly string[]): JsonMap {
  return Object.fromEntries(definedKeys(map).filter((key) => !keys.includes(key)).map((key) => [key, map[key]]));
}
