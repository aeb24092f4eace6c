import { useMemo } from "react";

import { download } from "@/lib/download";
import { words } from "@/lib/format";

type Row = Record<string, unknown>;

const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);
const isScalar = (value: unknown): boolean => typeof value !== "object" || value === null;

/** Rows of plain values read as a table; everything else as text. */
export function asTable(value: unknown): { heads: string[]; rows: Row[] } | null {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRow)) return null;
  const rows: Row[] = value;
  const heads = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return heads.length <= 6 && rows.every((row) => Object.values(row).every(isScalar)) ? { heads, rows } : null;
}

export function plain(value: unknown): string {
  if (value === undefined || value === null) return "empty";
  if (value === "") return "empty";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number" || typeof value === "bigint") return value.toString();
  return JSON.stringify(value, null, 2);
}

export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";

/** A value as people read it. What others wrote is text, never markup. */
export function Value({ value }: { value: unknown }) {
  const table = asTable(value);
  if (!table) return isScalar(value) ? <span className="value">{plain(value)}</span> : <pre className="json">{plain(value)}</pre>;
  return (
    <table className="sub-tbl">
      <thead>
        <tr>
          {table.heads.map((head) => (
            <th key={head} scope="col">
              {words(head)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, at) => (
          <tr key={at}>
            {table.heads.map((head) => (
              <td key={head}>{plain(row[head])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const LONG = 256 * 1024;
const KILO = 1024;

/** A value that is too large for the answer is named by its hash. */
function isApart(value: unknown): value is { blob: { sha256: string; size: number } } {
  return isRow(value) && isRow(value.blob) && typeof value.blob.sha256 === "string" && typeof value.blob.size === "number";
}

const kilobytes = (count: number): string => Math.round(count / KILO).toLocaleString("en-GB");

/** JSON with a limit: what is longer is offered as a file. */
export function Json({ value, name }: { value: unknown; name: string }) {
  const text = useMemo(() => (value === undefined || value === null ? null : JSON.stringify(value, null, 2)), [value]);
  if (text === null) return <p className="c3">None</p>;
  if (isApart(value)) {
    return (
      <p className="c2 breaks">
        {kilobytes(value.blob.size)} KB, kept apart and not shown here: <span className="mono t12">{value.blob.sha256}</span>
      </p>
    );
  }
  const cut = text.length > LONG;
  return (
    <>
      <pre className="json" tabIndex={0} aria-label={name}>
        {cut ? text.slice(0, LONG) : text}
      </pre>
      {cut ? (
        <p className="help">
          {kilobytes(text.length)} KB in all, the first {LONG / KILO} KB are shown.
          <button type="button" className="btn btn--s" onClick={() => download(text, `${name}.json`, "application/json")}>
            Download all
          </button>
        </p>
      ) : null}
    </>
  );
}
