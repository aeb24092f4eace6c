import { stringify } from "yaml";

import type { Declared } from "./declared";
import { matrixOf } from "./matrix";

/** The same as text that lives in git and can be compared. */
export function truthText(found: Declared): string {
  const records = Object.fromEntries(
    matrixOf(found).map(({ record, rows }) => [
      record,
      Object.fromEntries(
        rows.map((row) => {
          const of = (kind: string) => Object.entries(row.cells).flatMap(([system, cell]) => (cell.kind === kind ? [system] : []));
          return [row.field, { source: of("source"), written_in: of("written"), by: [...new Set(Object.values(row.cells).flatMap((cell) => cell.by))] }];
        }),
      ),
    ]),
  );
  const workflows = Object.fromEntries(found.sources.map((one) => [one.workflow, { source: one.source, begins_with: one.begins, exceptions: { owner: one.owner, due: one.due } }]));
  return `# What published workflows say. Read out of their texts; nobody has signed it.\n${stringify({ workflows, records }, { lineWidth: 0 })}`;
}
