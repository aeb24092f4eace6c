import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Pair, type ParsedNode, type YAMLMap, type YAMLSeq } from "yaml";

import type { Json, Path } from "./value";

/** What a text could not be read for, and where. */
export interface TextProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** A text with what it was read as. */
export interface Reading {
  readonly text: string;
  readonly root: ParsedNode | null;
  readonly value: Json;
  readonly problems: readonly TextProblem[];
}

const OPTIONS = { version: "1.2", logLevel: "silent", prettyErrors: false, strict: true } as const;

/** Reads a text as YAML 1.2; JSON is a part of it. */
export function read(text: string): Reading {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...OPTIONS, lineCounter: lines });
  const problems = document.errors.map((error): TextProblem => {
    const { line, col } = lines.linePos(error.pos[0]);
    const message = error.code === "MULTIPLE_DOCS" ? "a second document begins here" : error.message;
    return { message, line: Math.max(line, 1), column: Math.max(col, 1) };
  });
  return { text, root: document.contents, value: problems.length ? null : valueOf(document, problems), problems };
}

function valueOf(document: Document.Parsed, problems: TextProblem[]): Json {
  try {
    return document.toJS({ maxAliasCount: 100 }) as Json;
  } catch (error) {
    problems.push({ message: error instanceof Error ? error.message : "the text cannot be read", line: 1, column: 1 });
    return null;
  }
}

/** Where a node begins and where its value ends. */
export function span(node: Node | null | undefined): readonly [number, number] {
  const range = node?.range;
  return range ? [range[0], range[1]] : [0, 0];
}

export function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}

/** A node and what it stands in. */
export interface Place {
  readonly node: Node | null;
  readonly parent: YAMLMap | YAMLSeq | null;
  /** Its number among the entries or items of the parent. */
  readonly index: number;
  /** Inside brackets or braces. */
  readonly inFlow: boolean;
}

/** What stands at the path. */
export function locate(root: Node | null, path: Path): Place | null {
  let place: Place = { node: root, parent: null, index: 0, inFlow: false };
  for (const step of path) {
    const parent = place.node;
    const inFlow = place.inFlow || isFlow(parent);
    if (isMap(parent)) {
      const index = parent.items.findIndex((pair) => keyText(pair) === String(step));
      const pair = parent.items[index];
      if (!pair) return null;
      place = { node: (pair.value as Node | null) ?? null, parent, index, inFlow };
    } else if (isSeq(parent)) {
      const item = parent.items[Number(step)];
      if (item === undefined) return null;
      place = { node: item as Node | null, parent, index: Number(step), inFlow };
    } else {
      return null;
    }
  }
  return place;
}

export function isFlow(node: Node | null): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}
