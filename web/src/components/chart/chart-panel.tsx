import { ChartLine, Download, Table } from "lucide-react";
import { useState, type ReactNode } from "react";

import { csv, download } from "@/lib/download";

import { Definition } from "./definition";

export interface Figures {
  heads: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

interface ChartPanelProps {
  title: string;
  about: string;
  definition: string;
  /** The file's name, without an ending. */
  name: string;
  figures: Figures;
  children: ReactNode;
}

/** A chart, the same as a table, and the same as a file. */
export function ChartPanel({ title, about, definition, name, figures, children }: ChartPanelProps) {
  const [asTable, setAsTable] = useState(false);
  const Icon = asTable ? ChartLine : Table;
  return (
    <section className="panel chart" aria-label={title}>
      <header>
        <h2 className="h2">{title}</h2>
        <Definition of={title}>{definition}</Definition>
        <span className="t12 c3 cut">{about}</span>
        <span className="push row">
          <button type="button" className="btn btn--quiet btn--s" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            <Icon className="i i--s" aria-hidden="true" />
            {asTable ? "Chart" : "Table"}
          </button>
          <button type="button" className="btn btn--quiet btn--icon btn--s" aria-label={`${title} as CSV`} onClick={() => download(csv(figures.heads, figures.rows), `${name}.csv`, "text/csv")}>
            <Download className="i i--s" aria-hidden="true" />
          </button>
        </span>
      </header>
      <div className="body stack stack--3">{asTable ? <FiguresTable figures={figures} title={title} /> : children}</div>
    </section>
  );
}

function FiguresTable({ figures, title }: { figures: Figures; title: string }) {
  return (
    <div className="chart-table" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
      <table className="sub-tbl">
        <thead>
          <tr>
            {figures.heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figures.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column}>{cell ?? "None"}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
