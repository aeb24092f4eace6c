import { useQuery } from "@tanstack/react-query";
import { ArrowRight, CornerDownRight } from "lucide-react";
import { memo, useMemo } from "react";

import { useWorkspace } from "@/lib/workspace";

import { connectionsOptions, type Connection } from "../api";
import { focusCard, useReveal } from "../canvas/view";
import { portWords } from "../inspector/next-tab";
import { useFollowers } from "../inspector/follower-field";
import { addNode, type Spot } from "../model/commands/add-node";
import { connect } from "../model/commands/connect";
import { sequence } from "../model/commands/outcome";
import { setTrigger } from "../model/commands/set-trigger";
import { setWorkflowField } from "../model/commands/set-workflow-field";
import { fieldAt } from "../model/document";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { portsOf } from "../model/node";
import { nodeIndex } from "../model/node-index";
import { asText, entry as entryOf, isMap, type JsonMap } from "../model/text/value";
import { connectorOf } from "../state/catalog";
import { focusOn, openOverlay, run, select, type Command, type EditorStore } from "../state/editor-store";
import { useDocument, useEditor, useEditorStore } from "../state/context";
import { stepEntries, triggerEntries, type Entry, type StepKind } from "./entries";
import { PickList } from "./pick-list";

/** The popover over the canvas, whatever is chosen in it. */
export const Palette = memo(function Palette() {
  const overlay = useEditor((state) => state.overlay);
  if (overlay?.kind === "palette") return <AddStep spot={overlay.spot} near={overlay.near} />;
  if (overlay?.kind === "trigger") return <ChooseTrigger />;
  if (overlay?.kind === "connect") return <ConnectTo from={overlay.from} />;
  return null;
});

function useConnections(): readonly Connection[] {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery(connectionsOptions(workspace)).data ?? [];
}

/** The connection that is meant where there is only one, else the first of its connector. */
const connectionFor = (operation: string, connections: readonly Connection[]): string => connections.find((one) => one.connector === connectorOf(operation))?.name ?? connectorOf(operation);

function useClose(): () => void {
  const store = useEditorStore();
  return () => {
    openOverlay(store, null);
    focusCard(store.getState().history.selected.at(-1) ?? TRIGGER_KEY);
  };
}

function AddStep({ spot, near }: { spot: Spot; near: string }) {
  const store = useEditorStore();
  const catalog = useEditor((state) => state.catalog);
  const connections = useConnections();
  const reveal = useReveal();
  const entries = useMemo(() => stepEntries(catalog), [catalog]);
  const close = useClose();
  const pick = (chosen: Entry): void => {
    openOverlay(store, null);
    if (!run(store, addCommand(chosen, spot, connections))) return;
    const key = store.getState().history.selected.at(-1);
    if (key === undefined) return;
    focusOn(store, key);
    // Drawn a moment later: it is brought into sight then.
    setTimeout(() => reveal(key, false), 60);
  };
  return <PickList label="Add a step" placeholder="What is it to do?" entries={entries} does={`adds ${near}`} empty="Nothing does that yet. Plugins bring more; code and HTTP can do the rest." onPick={pick} onClose={close} />;
}

function addCommand(chosen: Entry, spot: Spot, connections: readonly Connection[]): Command {
  const [what, name = ""] = chosen.id.split(/:(.*)/s);
  if (what === "kind") return (document) => addNode(document, { kind: name as StepKind, spot });
  const fields = { title: chosen.title, action: name, connection: connectionFor(name, connections) };
  return (document) => addNode(document, { kind: "action", spot, fields });
}

function ChooseTrigger() {
  const store = useEditorStore();
  const catalog = useEditor((state) => state.catalog);
  const connections = useConnections();
  const entries = useMemo(() => triggerEntries(catalog), [catalog]);
  const close = useClose();
  const pick = (chosen: Entry): void => {
    openOverlay(store, null);
    run(store, triggerCommand(store, chosen.id.slice("trigger:".length), connections));
    focusOn(store, TRIGGER_KEY);
  };
  return <PickList label="Choose a trigger" placeholder="What starts a run?" entries={entries} does="takes it" empty="No connector that is installed announces that." onPick={pick} onClose={close} />;
}

/** The trigger with what follows from it: its connection, what names an event once, and the system that it is about. */
function triggerCommand(store: EditorStore, on: string, connections: readonly Connection[]): Command {
  const { history, catalog } = store.getState();
  const known = catalog.triggers.get(on);
  const sample = known?.sample;
  const fields: JsonMap = {
    on,
    ...(known?.connector ? { connection: connectionFor(on, connections) } : {}),
    ...(isMap(sample) && sample["delivery_id"] !== undefined ? { dedupe: "{{ event.delivery_id }}" } : {}),
  };
  const commands: Command[] = [(document) => setTrigger(document, fields)];
  if (known?.connector && fieldAt(history.document, ["source"]) === undefined) commands.push((document) => setWorkflowField(document, { path: ["source"], value: connectorOf(on) }));
  return (document) => sequence(document, "Set the trigger", commands);
}

function ConnectTo({ from }: { from: string }) {
  const store = useEditorStore();
  const document = useDocument();
  const followers = useFollowers(from);
  const close = useClose();
  const entries = useMemo(() => connectEntries(document, from, followers), [document, from, followers]);
  const pick = (chosen: Entry): void => {
    openOverlay(store, null);
    const [port = "", to = ""] = chosen.id.split("\u0000");
    run(store, (now) => connect(now, { from, port, to }));
    select(store, [from]);
    focusCard(from);
  };
  return <PickList label="Connect to…" placeholder="Which step comes next?" entries={entries} does="connects" empty="There is no step that could come next." onPick={pick} onClose={close} />;
}

function connectEntries(document: ReturnType<typeof useDocument>, from: string, followers: ReturnType<typeof useFollowers>): Entry[] {
  const index = nodeIndex(document);
  const start: Entry[] = from === TRIGGER_KEY ? (index.levels.get(null) ?? []).map((found) => ({ id: `next\u0000${found.key}`, title: asText(entryOf(found.node, "title")) ?? found.key, words: "The run begins with it", tail: "", group: "Then", icon: ArrowRight, found: found.key })) : [];
  const ports = from === TRIGGER_KEY ? [] : portsOf(index.byKey.get(from)?.node ?? null);
  return [
    ...start,
    ...ports.flatMap((port) =>
      followers.map((one): Entry => ({ id: `${port.name}\u0000${one.id}`, title: one.title, words: portWords(port), tail: "", group: portWords(port), icon: port.kind === "exception" ? CornerDownRight : ArrowRight, found: one.id })),
    ),
  ];
}
