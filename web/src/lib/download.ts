/** Offers a text as a file. */
export function download(text: string, name: string, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

const needsQuotes = /[",\r\n]/;
/** What a spreadsheet would take for a formula. */
const looksLikeFormula = /^[=+\-@\t]/;

const cell = (value: string | number | null): string => {
  if (typeof value === "number") return value.toString();
  const text = value === null ? "" : looksLikeFormula.test(value) ? `'${value}` : value;
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Comma separated values, as RFC 4180 has them. */
export const csv = (heads: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string => [heads, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
