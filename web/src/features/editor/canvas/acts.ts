import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";

import { copyNodes } from "../model/commands/copy";
import { deleteNodes } from "../model/commands/delete-nodes";
import { disconnect } from "../model/commands/disconnect";
import { duplicate } from "../model/commands/duplicate";
import { groupNodes } from "../model/commands/group-nodes";
import { targetIds } from "../model/commands/retarget";
import { moveNodes } from "../model/commands/move-nodes";
import { addNote, removeNote } from "../model/commands/note";
import { sequence } from "../model/commands/outcome";
import { paste } from "../model/commands/paste";
import { tidyNodes } from "../model/commands/tidy-nodes";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { graphOf } from "../model/graph/graph";
import { portsOf } from "../model/node";
import { nodeIndex } from "../model/node-index";
import { notesOf } from "../model/layout/notes";
import { tidy } from "../model/layout/tidy";
import { neighbour, selectAll, type Direction } from "../model/selection";
import { openOverlay, run, select, type Command, type EditorStore } from "../state/editor-store";
import { useEditorStore } from "../state/context";
import { isPlaced } from "./places";
import { useReveal } from "./view";

/** Everything that is done on the canvas, for keys, menus and buttons alike. */
export interface CanvasActs {
  addAfter(key?: string, port?: string): void;
  note(): void;
  tidyUp(): Promise<void>;
  remove(): void;
  /** The chosen steps as text; empty where none is chosen. */
  copied(): string;
  paste(text: string): void;
  duplicate(): void;
  group(): void;
  all(): void;
  walk(direction: Direction): void;
  nudge(x: number, y: number): void;
  fit(): void;
  zoom(by: 1 | -1): void;
}

/** The last step of the normal path, where what is added without a choice goes. */
function lastOnLine(store: EditorStore): string {
  const { history, catalog } = store.getState();
  const graph = graphOf(history.document, catalog.model);
  const line = graph.nodes.filter((node) => node.line === "main" && node.parent === null && node.kind !== "end");
  return line.at(-1)?.key ?? TRIGGER_KEY;
}

/** The port that what is added follows, where nobody said which: the first that leads nowhere yet. */
function freePort(store: EditorStore, key: string): string {
  const node = nodeIndex(store.getState().history.document).byKey.get(key)?.node ?? null;
  const ports = portsOf(node).filter((port) => port.kind !== "exception" && port.kind !== "timeout" && port.kind !== "expired");
  return (ports.find((port) => targetIds(node, port.name).length === 0) ?? ports[0])?.name ?? "next";
}

function chosenSteps(store: EditorStore): string[] {
  const { document, selected } = store.getState().history;
  const index = nodeIndex(document);
  const chosen = new Set(selected);
  // What stands in a chosen for-each goes along with it.
  const within = (key: string): boolean => {
    for (let at = index.byKey.get(key)?.parent ?? null; at !== null; at = index.byKey.get(at)?.parent ?? null) if (chosen.has(at)) return true;
    return false;
  };
  return selected.filter((key) => key !== TRIGGER_KEY && !within(key));
}

function removeChosen(store: EditorStore): void {
  const { edges, notes } = store.getState();
  const steps = chosenSteps(store);
  const commands: Command[] = [
    ...edges.toReversed().map((key): Command => (document) => disconnect(document, key)),
    ...notes.map((id): Command => (document) => removeNote(document, id)),
    ...(steps.length ? [(document: Parameters<Command>[0]) => deleteNodes(document, steps)] : []),
  ];
  const [only] = commands;
  if (commands.length === 1 && only) run(store, only);
  else if (commands.length) run(store, (document) => sequence(document, "Delete what is chosen", commands));
  if (commands.length) select(store, []);
}

function nudge(store: EditorStore, x: number, y: number): void {
  const { history, places } = store.getState();
  const moved = new Map(history.selected.flatMap((key) => {
    const at = places.get(key);
    return at ? [[key, { x: at.x + x, y: at.y + y }] as const] : [];
  }));
  if (!moved.size) return;
  const all = isPlaced(history.document) ? moved : new Map([...places, ...moved]);
  run(store, (document) => moveNodes(document, all));
}

async function tidyUp(store: EditorStore): Promise<void> {
  const { elkEngine } = await import("./elk-engine");
  const { document } = store.getState().history;
  const tidied = await tidy(document, await elkEngine());
  if (store.getState().history.document === document) run(store, (now) => tidyNodes(now, tidied));
}

/** The name of a step as people read it, for the palette's foot. */
export function nearWords(store: EditorStore, key: string): string {
  const { history, catalog } = store.getState();
  const node = graphOf(history.document, catalog.model).nodes.find((one) => one.key === key);
  return key === TRIGGER_KEY ? "after the trigger" : `after “${node?.title ?? key}”`;
}

export function useCanvasActs(): CanvasActs {
  const store = useEditorStore();
  const canvas = useReactFlow();
  const reveal = useReveal();
  return useMemo(() => {
    const acts: CanvasActs = {
      addAfter: (key, port) => {
        const { history, edges } = store.getState();
        const [edge] = edges;
        if (key === undefined && edge !== undefined && !history.selected.length) {
          openOverlay(store, { kind: "palette", spot: { onEdge: edge }, near: "on the chosen edge" });
          return;
        }
        const after = key ?? history.selected.at(-1) ?? lastOnLine(store);
        openOverlay(store, { kind: "palette", spot: { after, port: port ?? freePort(store, after) }, near: nearWords(store, after) });
      },
      note: () => {
        const box = document.querySelector(".canvas")?.getBoundingClientRect();
        const at = box ? canvas.screenToFlowPosition({ x: box.left + box.width / 2 - 120, y: box.top + 72 }) : { x: 0, y: -160 };
        run(store, (now) => addNote(now, { text: "", at }));
        const last = notesOf(store.getState().history.document).at(-1);
        if (last) select(store, [], [], [last.id]);
      },
      tidyUp: () => tidyUp(store),
      remove: () => removeChosen(store),
      copied: () => copyNodes(store.getState().history.document, chosenSteps(store)),
      paste: (text) => void run(store, (now) => paste(now, { text })),
      duplicate: () => void run(store, (now) => duplicate(now, chosenSteps(store))),
      group: () => void run(store, (now) => groupNodes(now, { keys: chosenSteps(store), title: "Group" })),
      all: () => select(store, selectAll(graphOf(store.getState().history.document)).nodes),
      walk: (direction) => {
        const { history, catalog } = store.getState();
        const here = history.selected.at(-1);
        const next = here === undefined ? TRIGGER_KEY : neighbour(graphOf(history.document, catalog.model), here, direction);
        if (next === null) return;
        select(store, [next]);
        reveal(next);
      },
      nudge: (x, y) => nudge(store, x, y),
      fit: () => void canvas.fitView({ padding: 0.08, maxZoom: 1 }),
      zoom: (by) => void (by > 0 ? canvas.zoomIn() : canvas.zoomOut()),
    };
    return acts;
  }, [canvas, reveal, store]);
}
