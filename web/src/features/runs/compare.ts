import type { RunDetail, Step } from "./api";

/** A field in which two values differ. Nothing on one side means that it is not there. */
export interface Field {
  readonly path: string;
  readonly here: unknown;
  readonly there: unknown;
  /** One of them, or both, is kept apart because of its size. */
  readonly large: boolean;
}

export interface Difference {
  /** The first of what differs, or is too large to tell. */
  readonly fields: readonly Field[];
  /** More that differ and are only counted. */
  readonly rest: number;
  /** Fields of which nobody can tell, because they are hidden. */
  readonly hidden: readonly string[];
  /** More of those that are only counted. */
  readonly hiddenRest: number;
  /** How many differ for certain. */
  readonly certain: number;
  /** How many cannot be told. */
  readonly open: number;
}

/** Fields of one value that are listed, and of all values together: a page of more is read by nobody. */
export const MOST = 100;
const MOST_OF_ALL = 1_000;

type Named = Readonly<Record<string, unknown>>;

interface Found {
  fields: Field[];
  rest: number;
  hidden: string[];
  hiddenRest: number;
  certain: number;
  open: number;
}

/** What may still be listed. */
export interface Room {
  left: number;
}

export function compareValues(here: unknown, there: unknown, room: Room = { left: MOST_OF_ALL }): Difference {
  const found: Found = { fields: [], rest: 0, hidden: [], hiddenRest: 0, certain: 0, open: 0 };
  walk("", here, there, found, room);
  return found;
}

const isNothing = (value: unknown): boolean => value === undefined || value === null;
const isNamed = (value: unknown): value is Named => typeof value === "object" && value !== null && !Array.isArray(value);

function walk(path: string, here: unknown, there: unknown, found: Found, room: Room): void {
  if (isMasked(here) || isMasked(there)) {
    hiddenOne(path, here, there, found, room);
    return;
  }
  const [apartHere, apartThere] = [apart(here), apart(there)];
  if (apartHere || apartThere) {
    if (apartHere?.sha256 !== apartThere?.sha256) tell({ path, here, there, large: true }, (apartHere !== null && apartThere !== null) || isNothing(here) || isNothing(there), found, room);
    return;
  }
  if (Array.isArray(here) && Array.isArray(there)) {
    const [left, right]: [readonly unknown[], readonly unknown[]] = [here, there];
    for (let at = 0; at < Math.max(left.length, right.length); at += 1) walk(`${path}[${at}]`, left[at], right[at], found, room);
    return;
  }
  if (isNamed(here) && isNamed(there)) {
    for (const key of new Set([...Object.keys(here), ...Object.keys(there)])) walk(below(path, key), own(here, key), own(there, key), found, room);
    return;
  }
  if (here !== there) tell({ path, here, there, large: false }, true, found, room);
}

const own = (value: Named, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);

const below = (path: string, key: string): string => (/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key) ? (path === "" ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`);

function tell(field: Field, certain: boolean, found: Found, room: Room): void {
  if (certain) found.certain += 1;
  else found.open += 1;
  if (found.fields.length >= MOST || room.left <= 0) {
    found.rest += 1;
    return;
  }
  room.left -= 1;
  found.fields.push(field);
}

/** What the server writes in place of what it hides, or of a part of it. */
const MASK = "•••";
const isMasked = (value: unknown): boolean => typeof value === "string" && value.includes(MASK);

/** Behind a mask may stand the same or something else: neither is said, but where what stands around it differs, or one has nothing at all. */
function hiddenOne(path: string, here: unknown, there: unknown, found: Found, room: Room): void {
  if (isNothing(here) || isNothing(there) || (typeof here === "string" && typeof there === "string" && !mayBeOne(here, there))) {
    tell({ path, here, there, large: false }, true, found, room);
    return;
  }
  found.open += 1;
  if (found.hidden.length >= MOST || room.left <= 0) {
    found.hiddenRest += 1;
    return;
  }
  room.left -= 1;
  found.hidden.push(path);
}

/** Whether two texts may be the same one: each begins and ends as the other, as far as it is shown. */
function mayBeOne(one: string, other: string): boolean {
  const [ones, others] = [one.split(MASK), other.split(MASK)];
  const [head, otherHead, tail, otherTail] = [ones[0] ?? "", others[0] ?? "", ones.at(-1) ?? "", others.at(-1) ?? ""];
  return (head.startsWith(otherHead) || otherHead.startsWith(head)) && (tail.endsWith(otherTail) || otherTail.endsWith(tail));
}

/** A value that is too large for the answer is named by its hash; the same one may be whole in the other answer. */
export function apart(value: unknown): { sha256: string; size: number } | null {
  if (!isNamed(value) || !isNamed(value.blob)) return null;
  const { sha256, size } = value.blob;
  return typeof sha256 === "string" && typeof size === "number" ? { sha256, size } : null;
}

/** `unsure`: nothing differs in what can be told, and something cannot be. */
export type Fate = "same" | "differs" | "here" | "there" | "unsure";

export interface Part {
  readonly name: "Input" | "Output" | "Failure";
  readonly difference: Difference;
}

export interface StepPair {
  readonly path: string;
  readonly fate: Fate;
  readonly here: Step | null;
  readonly there: Step | null;
  /** They stand, or ended, in another way. */
  readonly state: boolean;
  /** Parts in which something differs or is hidden. */
  readonly parts: readonly Part[];
}

export interface Comparison {
  readonly here: RunDetail;
  readonly there: RunDetail;
  readonly input: Difference;
  /** Every step of either, in the order in which this one reached them. */
  readonly steps: readonly StepPair[];
  /** Steps that differ or that only one of them has. */
  readonly differ: number;
  readonly unsure: number;
}

export function compareRuns(here: RunDetail, there: RunDetail): Comparison {
  const room = { left: MOST_OF_ALL };
  const input = compareValues(given(here.input), given(there.input), room);
  const [ours, theirs] = [byPath(here.steps), byPath(there.steps)];
  const steps = inOrder([...ours.keys()], [...theirs.keys()]).map((path) => pair(path, ours.get(path) ?? null, theirs.get(path) ?? null, { here, there, room }));
  const of = (...fates: Fate[]): number => steps.filter((step) => fates.includes(step.fate)).length;
  return { here, there, input, steps, differ: of("differs", "here", "there"), unsure: of("unsure") };
}

const byPath = (steps: readonly Step[]): ReadonlyMap<string, Step> => new Map(steps.map((step) => [step.path, step]));

/** All of this one in its order; what only the other has stands before the next step that both have. */
function inOrder(here: readonly string[], there: readonly string[]): string[] {
  const ours = new Set(here);
  const places = new Map(there.map((path, at) => [path, at]));
  const paths: string[] = [];
  let at = 0;
  const takeUntil = (end: number): void => {
    for (; at < end; at += 1) {
      const path = there[at];
      if (path !== undefined && !ours.has(path)) paths.push(path);
    }
  };
  for (const path of here) {
    takeUntil(places.get(path) ?? 0);
    paths.push(path);
  }
  takeUntil(there.length);
  return paths;
}

interface Beside {
  here: RunDetail;
  there: RunDetail;
  room: Room;
}

function pair(path: string, here: Step | null, there: Step | null, { here: ourRun, there: theirRun, room }: Beside): StepPair {
  if (!here || !there) {
    // Of a long for-each an answer leaves steps out: then it may have been there all the same.
    const left = path.includes("/") && (here ? theirRun : ourRun).steps_left_out > 0;
    return { path, fate: left ? "unsure" : here ? "here" : "there", here, there, state: false, parts: [] };
  }
  const state = here.status !== there.status || here.waits_for?.what !== there.waits_for?.what;
  const parts: Part[] = [
    { name: "Input", difference: compareValues(given(here.input), given(there.input), room) },
    { name: "Output", difference: compareValues(given(here.output), given(there.output), room) },
    { name: "Failure", difference: compareValues(failureOf(here), failureOf(there), room) },
  ];
  const differs = state || parts.some(({ difference }) => difference.certain > 0);
  const unsure = parts.some(({ difference }) => difference.open > 0);
  return { path, fate: differs ? "differs" : unsure ? "unsure" : "same", here, there, state, parts: parts.filter(({ difference }) => difference.certain + difference.open > 0) };
}

/** A step that has no input or output yet is answered as null: there is none. */
const given = (value: unknown): unknown => value ?? undefined;

/** What went wrong; the remote's number of the request is another one each time. */
function failureOf({ failure }: Step): Named {
  if (!failure) return {};
  const { code, message, http_status: status, detail } = failure;
  return { code, message, ...(isNothing(status) ? {} : { http_status: status }), ...(isNothing(detail) ? {} : { detail }) };
}

/** Whether a mask stands anywhere in what is listed. */
export function hidesSome({ input, steps }: Comparison): boolean {
  const hides = ({ hidden, fields }: Difference): boolean => hidden.length > 0 || fields.some(({ here, there }) => isMasked(here) || isMasked(there));
  return hides(input) || steps.some(({ parts }) => parts.some(({ difference }) => hides(difference)));
}

/** Steps as they are listed: what is the same stands together, to be folded. */
export type Listed = { readonly kind: "step"; readonly step: StepPair } | { readonly kind: "same"; readonly steps: readonly StepPair[] };

export function folded(steps: readonly StepPair[]): Listed[] {
  const listed: Listed[] = [];
  let same: StepPair[] = [];
  for (const step of steps) {
    if (step.fate === "same") {
      if (same.length === 0) listed.push({ kind: "same", steps: (same = []) });
      same.push(step);
    } else {
      same = [];
      listed.push({ kind: "step", step });
    }
  }
  return listed;
}

/** Characters of a value that a row shows, and how many of them before the first that differs. */
const LONGEST = 400;
const BEFORE = 60;

/** Both values as text. Two that differ never look the same: where they would, they are written as JSON, and a long one is cut around the place where it differs. */
export function textsOf({ here, there }: Pick<Field, "here" | "there">): { here: string | null; there: string | null } {
  let [left, right] = [textOf(here), textOf(there)];
  if (left === right) [left, right] = [JSON.stringify(here), JSON.stringify(there)];
  if (left === null || right === null) return { here: cut(left, 0), there: cut(right, 0) };
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  return { here: cut(left, at), there: cut(right, at) };
}

const textOf = (value: unknown): string | null => (value === undefined ? null : typeof value === "string" && value !== "" ? value : JSON.stringify(value));

function cut(text: string | null, at: number): string | null {
  if (text === null || text.length <= LONGEST) return text;
  const from = at <= LONGEST - BEFORE ? 0 : Math.min(at - BEFORE, text.length - LONGEST);
  return `${from > 0 ? "… " : ""}${text.slice(from, from + LONGEST)}${from + LONGEST < text.length ? " …" : ""}`;
}
