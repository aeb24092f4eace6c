import { CUT, recut } from "./cut";
import { applied, edit, moved, type Change } from "./edit";
import { childIndex, pieceText, pieceValue, type Branch, type Leaf, type Piece } from "./piece";
import type { Json, Path } from "./value";
import { entryLines, itemLines } from "./write";

/** The tree after one change. Everything beside the changed piece is shared with the tree before. */
export function changeTree(root: Piece, change: Change): Piece {
  return at(root, change, "");
}

function at(piece: Piece, change: Change, name: string): Piece {
  if (piece.kind === "leaf") return inLeaf(piece, change, name);
  const [step, ...rest] = change.path;
  if (step === undefined) return whole(piece, change, name);
  const index = childIndex(piece, step);
  const child = piece.children[index];
  if (!child) return change.kind === "set" ? addEntry(piece, change, name) : piece;
  if (rest.length === 0 && change.kind === "remove") return removeChild(piece, index, name);
  if (rest.length === 0 && change.kind === "rename") return replaceChild(piece, index, renamed(child, change.key));
  const inner = at(child, { ...change, path: rest }, name ? `${name}/${step}` : String(step));
  return inner === child ? piece : replaceChild(piece, index, inner);
}

/** A change of the collection itself. */
function whole(branch: Branch, change: Change, name: string): Piece {
  if (branch.shape === "list" && change.kind === "insert") return insertChild(branch, change);
  if (branch.shape === "list" && change.kind === "move") return moveChild(branch, change.from, change.to);
  return asLeaf(branch, change, name);
}

function inLeaf(leaf: Leaf, change: Change, name: string): Leaf | Piece {
  const text = edit(leaf.text, [{ ...change, path: [...leaf.at, ...change.path] }]);
  if (text === leaf.text) return leaf;
  const mayCut = leaf.at.length === 0 || CUT.includes(name);
  // The edit has made sure that the text reads back as this value.
  const value = applied(leaf.value, change);
  return mayCut ? recut(text, leaf.key, leaf.at, name) : { ...leaf, text, value };
}

/** A branch that becomes something else as a whole. */
function asLeaf(branch: Branch, change: Change, name: string): Piece {
  const path: Path = branch.key === null ? [] : [branch.key];
  return inLeaf({ kind: "leaf", key: branch.key, text: pieceText(branch), value: pieceValue(branch), at: path }, change, name);
}

function replaceChild(branch: Branch, index: number, child: Piece): Branch {
  return { ...branch, children: branch.children.with(index, child) };
}

function renamed(child: Piece, key: string): Piece {
  if (child.kind === "leaf") {
    const text = edit(child.text, [{ kind: "rename", path: child.at, key }]);
    return { ...child, key, text, at: [key] };
  }
  const leaf = asLeaf(child, { kind: "rename", path: [], key }, "");
  return { ...leaf, key };
}

function removeChild(branch: Branch, index: number, name: string): Piece {
  if (branch.children.length === 1) {
    return asLeaf(branch, { kind: "set", path: [], value: branch.shape === "map" ? {} : [] }, name);
  }
  return { ...branch, children: branch.children.toSpliced(index, 1) };
}

/** A new item of a list. */
function insertChild(branch: Branch, change: Change & { kind: "insert" }): Branch {
  const { value, source } = change;
  const lines = source === undefined ? itemLines(value, branch.indent) : indented(source, branch.indent);
  return withChild(branch, Math.min(change.index, branch.children.length), madeLeaf(null, lines, value));
}

/** The lines of an item that stood elsewhere, at the indentation of this list. */
function indented(source: string, indent: number): string[] {
  const lines = source.replaceAll("\r\n", "\n").replace(/\n+$/, "").split("\n");
  const dash = lines.find((line) => /^ *-/.test(line));
  const own = dash === undefined ? 0 : dash.length - dash.trimStart().length;
  return lines.map((line) => (line.trim() === "" ? "" : " ".repeat(indent) + line.slice(Math.min(own, line.length - line.trimStart().length))));
}

function moveChild(branch: Branch, from: number, to: number): Branch {
  const last = branch.children.length - 1;
  const children = [...branch.children];
  // The last line of a text may lack its end.
  const end = children[last];
  if (end?.kind === "leaf" && !end.text.endsWith("\n")) children[last] = { ...end, text: `${end.text}\n` };
  return { ...branch, children: moved(children, from, to) };
}

function addEntry(branch: Branch, change: Change & { kind: "set" }, name: string): Piece {
  const [step, ...rest] = change.path;
  if (branch.shape !== "map" || step === undefined) return branch;
  const value = nested(rest, change.value);
  const key = String(step);
  const order = change.order ?? [];
  const rank = order.indexOf(key);
  let index = branch.children.length;
  if (rank >= 0) {
    const later = branch.children.findIndex((child) => order.indexOf(child.key ?? "") > rank);
    if (later >= 0) index = later;
  }
  const leaf = madeLeaf(key, entryLines(key, value, branch.indent), value);
  const next = withChild(branch, index, leaf);
  const full = name ? `${name}/${key}` : key;
  const cutLeaf = recut(leaf.text, key, leaf.at, full);
  return cutLeaf.kind === "branch" ? replaceChild(next, index, cutLeaf) : next;
}

/** The value with mappings around it for the rest of the path. */
function nested(path: Path, value: Json): Json {
  return path.reduceRight<Json>((inner, step) => (typeof step === "number" ? [inner] : { [step]: inner }), value);
}

function madeLeaf(key: string | null, lines: readonly string[], value: Json): Leaf {
  return { kind: "leaf", key, text: `${lines.join("\n")}\n`, value, at: [key ?? 0] };
}

function withChild(branch: Branch, index: number, leaf: Leaf): Branch {
  const eol = pieceText(branch.children[0] as Piece).includes("\r\n") ? "\r\n" : "\n";
  const text = eol === "\n" ? leaf.text : leaf.text.replaceAll("\n", eol);
  const children = [...branch.children];
  const before = children[index - 1];
  if (before) {
    const [kept, moved] = splitTail(before, index === children.length);
    children[index - 1] = kept;
    children.splice(index, 0, { ...leaf, text: text + moved });
  } else {
    children.splice(index, 0, { ...leaf, text });
  }
  return { ...branch, children };
}

/** Blank lines at the end of a list belong to what follows it: they go behind what is put at its end. */
function splitTail(piece: Piece, last: boolean): [Piece, string] {
  if (piece.kind === "branch") {
    const inner = piece.children.at(-1);
    if (!inner) return [piece, ""];
    const [kept, moved] = splitTail(inner, last);
    return [replaceChild(piece, piece.children.length - 1, kept), moved];
  }
  if (!piece.text.endsWith("\n")) return [{ ...piece, text: `${piece.text}\n` }, ""];
  const blank = /\n((?:[ \t]*\r?\n)+)$/.exec(piece.text)?.[1];
  if (!last || !blank || /[|>][-0-9]*\+/.test(piece.text)) return [piece, ""];
  return [{ ...piece, text: piece.text.slice(0, -blank.length) }, blank];
}
