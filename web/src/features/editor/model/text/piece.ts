import type { Json, Path } from "./value";

/**
 * A text as a tree of pieces whose texts, one behind the other, are the whole: a change makes one small piece anew and
 * shares all others, however long the text is.
 */
export type Piece = Leaf | Branch;

/** A stretch of text that is read on its own. */
export interface Leaf {
  readonly kind: "leaf";
  /** The key, where it is an entry of a mapping. */
  readonly key: string | null;
  readonly text: string;
  readonly value: Json;
  /** Where the value stands when the stretch is read alone. */
  readonly at: Path;
}

/** A collection in block style, cut at its entries or items. */
export interface Branch {
  readonly kind: "branch";
  readonly key: string | null;
  readonly shape: "map" | "list";
  /** What stands before the first child: the key's own line, for one that has a key. */
  readonly head: string;
  readonly children: readonly Piece[];
  /** Column of the children. */
  readonly indent: number;
}

export function pieceText(piece: Piece): string {
  return piece.kind === "leaf" ? piece.text : piece.head + piece.children.map(pieceText).join("");
}

const values = new WeakMap<Branch, Json>();

/** The value of a piece; that of a branch is put together once. */
export function pieceValue(piece: Piece): Json {
  if (piece.kind === "leaf") return piece.value;
  const known = values.get(piece);
  if (known !== undefined) return known;
  const value =
    piece.shape === "list"
      ? piece.children.map(pieceValue)
      : Object.fromEntries(piece.children.map((child) => [child.key ?? "", pieceValue(child)]));
  values.set(piece, value);
  return value;
}

/** The child that a step of a path leads to. */
export function childIndex(branch: Branch, step: string | number): number {
  if (branch.shape === "list") return Number(step) < branch.children.length ? Number(step) : -1;
  return branch.children.findIndex((child) => child.key === String(step));
}

/** Shares what did not change: children with the same text are those of before, so that whoever compares them sees it. */
export function shareWith(before: Piece, after: Piece): Piece {
  if (before.kind === "leaf" && after.kind === "leaf") {
    return before.text === after.text && before.key === after.key ? before : after;
  }
  if (before.kind !== "branch" || after.kind !== "branch") return after;
  const known = new Map(before.children.map((child) => [child.kind === "leaf" ? child.text : `\u0000${child.key ?? ""}`, child]));
  const children = after.children.map((child) => {
    const old = known.get(child.kind === "leaf" ? child.text : `\u0000${child.key ?? ""}`);
    return old ? shareWith(old, child) : child;
  });
  const same = before.head === after.head && before.indent === after.indent && before.children.length === children.length && children.every((child, index) => child === before.children[index]);
  return same ? before : { ...after, children };
}
