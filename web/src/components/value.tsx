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

const LONG = 20_000;

/** JSON with a limit: what is longer is offered as a file. */
export function Json({ value, name }: { value: unknown; name: string }) {
  if (value === undefined || value === null) return <p className="c3">None</p>;
  const text = JSON.stringify(value, null, 2);
  const cut = text.length > LONG;
  return (
    <>
      <pre className="json" tabIndex={0} aria-label={name}>
        {cut ? text.slice(0, LONG) : text}
      </pre>
      {cut ? (
        <p className="help">
          {Math.round(text.length / 1024).toLocaleString("en-GB")} KB in all, the first {LONG / 1000} KB are shown.
          <button type="button" className="btn btn--s" onClick={() => download(text, name)}>
            Download all
          </button>
        </p>
      ) : null}
    </>
  );
}

function download(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `${name}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
