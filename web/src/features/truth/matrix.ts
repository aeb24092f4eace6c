import type { Declared, Written } from "./declared";

export interface Cell {
  kind: "source" | "written";
  /** Workflows by title. */
  by: readonly string[];
  /** More than one workflow that is not a draft writes it. */
  contested: boolean;
}

export interface Row {
  field: string;
  cells: Readonly<Record<string, Cell>>;
  /** Nobody can follow where its value comes from. */
  fixed: boolean;
}

export interface Group {
  record: string;
  writtenIn: readonly string[];
  rows: readonly Row[];
}

const unique = (values: readonly string[]): string[] => [...new Set(values)];

function cellsOf(its: readonly Written[]): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  for (const system of unique(its.flatMap((one) => one.from))) cells[system] = { kind: "source", by: unique(its.filter((one) => one.from.includes(system)).map((one) => one.title)), contested: false };
  for (const system of unique(its.map((one) => one.to))) {
    const writers = its.filter((one) => one.to === system);
    cells[system] = { kind: "written", by: unique(writers.map((one) => one.title)), contested: unique(writers.filter((one) => one.stage !== "draft").map((one) => one.workflow)).length > 1 };
  }
  return cells;
}

/** Record types, their fields, and what each system is for them. */
export function matrixOf({ written }: Declared): Group[] {
  return unique(written.map((one) => one.record))
    .sort()
    .map((record) => {
      const its = written.filter((one) => one.record === record);
      const rows = unique(its.map((one) => one.field)).map((field) => {
        const own = its.filter((one) => one.field === field);
        return { field, cells: cellsOf(own), fixed: own.every((one) => one.from.length === 0) };
      });
      return { record, writtenIn: unique(its.map((one) => one.to)), rows };
    });
}

export interface Place {
  record: string;
  field: string;
  in: readonly string[];
  not: readonly string[];
  by: readonly string[];
}

const MOST = 5;
const plain = (words: string): string => words.toLowerCase().replaceAll(/[_\s]+/g, " ").trim();

/** Where a field is changed so that it stays changed. */
export function whereToChange(found: Declared, asked: string): Place[] {
  const wanted = plain(asked);
  if (wanted.length < 2) return [];
  return matrixOf(found)
    .flatMap(({ record, rows }) => rows.map((row) => ({ record, row })))
    .filter(({ record, row }) => plain(`${record} ${row.field}`).includes(wanted))
    .slice(0, MOST)
    .map(({ record, row }) => {
      const of = (kind: Cell["kind"]) => Object.entries(row.cells).filter(([, cell]) => cell.kind === kind);
      return { record, field: row.field, in: of("source").map(([system]) => system), not: of("written").map(([system]) => system), by: unique(of("written").flatMap(([, cell]) => cell.by)) };
    });
}

export interface Coverage {
  fields: number;
  known: number;
  contested: number;
}

export function coverageOf(groups: readonly Group[]): Coverage {
  const rows = groups.flatMap((group) => group.rows);
  return { fields: rows.length, known: rows.filter((row) => !row.fixed).length, contested: rows.filter((row) => Object.values(row.cells).some((cell) => cell.contested)).length };
}
