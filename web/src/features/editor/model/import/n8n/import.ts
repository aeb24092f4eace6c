import { freeId } from "../../node-index";
import { isMap, type Json, type JsonMap, shown } from "../../text/value";
import { mapLines } from "../../text/write";
import { Builder } from "./build";
import { readExport, shortType, type Export, type ExportNode } from "./export";
import { flowOf } from "./flow";
import { slug } from "./node";
import { Report, type Fate, type ReportLine } from "./report";
import { isTrigger, mapTrigger } from "./trigger";

export interface ImportOptions {
  /** Who owns the workflow; left open where nobody is named, as one of the seven parts that are missing. */
  readonly owner?: string;
  /** The system whose record it is about. */
  readonly source?: string;
}

export type Imported =
  | { readonly ok: true; readonly text: string; readonly report: readonly ReportLine[]; readonly counts: Readonly<Record<Fate, number>> }
  | { readonly ok: false; readonly reason: string };

/** A workflow from an export of n8n, and a line of the report for everything in it. */
export function importN8n(text: string, options: ImportOptions = {}): Imported {
  const read = readExport(text);
  if (!read.ok) return read;
  const report = new Report();
  const value = workflowOf(read.export, report, options);
  const counts: Record<Fate, number> = { mapped: 0, changed: 0, placeholder: 0, left: 0 };
  for (const line of report.lines) counts[line.fate] += 1;
  return { ok: true, text: `${mapLines(value, 0).join("\n")}\n`, report: report.lines, counts };
}

function workflowOf(source: Export, report: Report, options: ImportOptions): JsonMap {
  const triggers = source.nodes.filter((node) => isTrigger(node) && !node.disabled);
  const trigger = triggers.find((node) => shortType(node) !== "errorTrigger") ?? null;
  const triggerId = freeId(new Set(), trigger?.name ?? "start");
  const started = startOf(trigger, triggerId, report);
  const flow = flowOf(source, trigger, report);
  const nodes = new Builder(flow, trigger, report, triggerId).nodes();
  const notes = notesOf(source, report);
  restOf(source, report);
  return {
    workflow: slug(source.name),
    title: source.name,
    ...(options.owner === undefined ? {} : { owner: options.owner }),
    ...(options.source === undefined ? {} : { source: options.source }),
    trigger: started.trigger,
    ...(started.input ? { input: started.input } : {}),
    nodes,
    review: { stage: "draft" },
    ...(notes.length ? { notes } : {}),
  };
}

function startOf(trigger: ExportNode | null, id: string, report: Report): { trigger: JsonMap; input?: JsonMap } {
  if (!trigger) {
    report.add("changed", "Trigger", id, "Nothing starts it in n8n: it is started by hand");
    return { trigger: { id, on: "throughline.manual" } };
  }
  const mapped = mapTrigger(trigger);
  for (const words of mapped.notes) report.add("changed", trigger.name, id, words);
  if (!mapped.notes.length) report.add("mapped", trigger.name, id, "As it was");
  // A trigger that nothing here corresponds to keeps its original in a note of the text.
  const fields = mapped.known ? mapped.fields : { ...mapped.fields, placeholder: { from: "n8n", type: trigger.type, original: trigger.original } };
  return { trigger: { id, ...fields }, ...(mapped.input ? { input: mapped.input } : {}) };
}

/** Sticky notes, and the notes on nodes. */
function notesOf(source: Export, report: Report): Json[] {
  const notes: Json[] = [];
  const add = (text: string, x: number, y: number, width: number, height: number): void => {
    notes.push({ id: `note_${notes.length + 1}`, text, x: Math.round(x), y: Math.round(y), width, height });
  };
  for (const node of source.nodes) {
    const at = node.position ?? { x: 0, y: 0 };
    const size = (key: string, usual: number): number => (typeof node.parameters[key] === "number" ? node.parameters[key] : usual);
    if (shortType(node) === "stickyNote") {
      add(shown(node.parameters["content"]), at.x, at.y, size("width", 240), size("height", 160));
      report.add("mapped", node.name, null, "A note on the canvas");
    } else if (typeof node.original["notes"] === "string" && node.original["notes"]) {
      add(`${node.name}: ${node.original["notes"]}`, at.x, at.y - 140, 240, 120);
      report.add("mapped", node.name, null, "Its note is a note on the canvas");
    }
  }
  return notes;
}

const WORDS: Readonly<Record<string, string>> = {
  pinData: "Pinned data is not taken over: pin samples here",
  staticData: "Data that n8n kept between runs is not taken over",
  tags: "Tags are not taken over",
  settings: "Settings are not taken over; who owns errors is said in `exceptions`, how long a log is kept in `log`",
};

function restOf(source: Export, report: Report): void {
  const plain: string[] = [];
  for (const [key, value] of Object.entries(source.rest)) {
    const empty = value === null || (Array.isArray(value) && !value.length) || (isMap(value) && !Object.keys(value).length);
    if (empty || value === undefined) continue;
    const words = WORDS[key];
    if (words === undefined) plain.push(key);
    else report.add("left", key, null, isMap(value) ? `${words} (${Object.keys(value).join(", ")})` : words);
  }
  if (plain.length) report.add("left", "Export", null, `Not needed here: ${plain.join(", ")}`);
  report.add("left", "Positions", null, "The normal path is laid out on one line: where nodes stood in n8n is not taken over");
}
