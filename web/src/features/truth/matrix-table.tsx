import { Mark } from "@/components/mark";
import { System } from "@/components/pieces";
import { systemName, words } from "@/lib/format";

import type { Declared } from "./declared";
import type { Cell, Group, Row } from "./matrix";

interface MatrixProps {
  found: Declared;
  groups: readonly Group[];
}

export function MatrixTable({ found, groups }: MatrixProps) {
  return (
    <section className="panel panel--list" aria-label="Matrix" tabIndex={0}>
      <table className="tbl tbl--cards mx">
        <thead>
          <tr>
            <th scope="col">Field</th>
            {found.systems.map((system) => (
              <th scope="col" key={system}>
                <System name={system} />
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <GroupRows key={group.record} group={group} systems={found.systems} />
        ))}
      </table>
      <Legend />
    </section>
  );
}

function GroupRows({ group, systems }: { group: Group; systems: readonly string[] }) {
  return (
    <tbody>
      <tr className="grp">
        <th scope="rowgroup" colSpan={systems.length + 1}>
          <b>{words(group.record)}</b> <span className="t12 c3">written in {group.writtenIn.map(systemName).join(", ")}</span>
        </th>
      </tr>
      {group.rows.map((row) => (
        <FieldRow key={row.field} row={row} systems={systems} />
      ))}
    </tbody>
  );
}

function FieldRow({ row, systems }: { row: Row; systems: readonly string[] }) {
  return (
    <tr>
      <th scope="row">
        <span className="med">{words(row.field)}</span> <span className="mono t11 c3">{row.field}</span>
      </th>
      {systems.map((system) => (
        <td key={system} data-l={systemName(system)}>
          <CellView cell={row.cells[system]} fixed={row.fixed} />
        </td>
      ))}
    </tr>
  );
}

function CellView({ cell, fixed }: { cell: Cell | undefined; fixed: boolean }) {
  if (!cell) return <span className="cell cell--none">None</span>;
  const by = cell.by.join(", ");
  if (cell.contested) {
    return (
      <span className="cell cell--hot" title={by}>
        <Mark name="exc" />
        {cell.by.length} workflows write it
      </span>
    );
  }
  if (cell.kind === "source") {
    return (
      <span className="cell cell--own" title={`Read by ${by}`}>
        <Mark name="owner" />
        Source
      </span>
    );
  }
  return (
    <span className="cell" title={by}>
      <Mark name={fixed ? "draft" : "copy"} />
      {fixed ? "Fixed value" : "Copy"}, {by}
    </span>
  );
}

function Legend() {
  return (
    <p className="mx-legend t12 c2">
      <span className="cell">
        <Mark name="owner" />
        Source: change it here
      </span>
      <span className="cell">
        <Mark name="copy" />
        Copy: a workflow writes it
      </span>
      <span className="cell">
        <Mark name="draft" />
        Fixed value: the workflow says it
      </span>
      <span className="cell">
        <Mark name="exc" />
        More than one workflow writes it
      </span>
    </p>
  );
}
