/** How something of the export came over. */
export type Fate =
  /** As it was. */
  | "mapped"
  /** It works, and differs in what the words say. */
  | "changed"
  /** A node that keeps the original, and that a person has to build. */
  | "placeholder"
  /** Not taken over: it has no meaning here, or it is told what to do instead. */
  | "left";

/** One line of the report. */
export interface ReportLine {
  readonly fate: Fate;
  /** The node's name in n8n, or the part of the export. */
  readonly name: string;
  /** The node's id here, where it has one. */
  readonly id: string | null;
  readonly words: string;
}

export class Report {
  readonly lines: ReportLine[] = [];

  add(fate: Fate, name: string, id: string | null, words: string): void {
    if (!this.lines.some((line) => line.fate === fate && line.name === name && line.words === words)) this.lines.push({ fate, name, id, words });
  }
}
