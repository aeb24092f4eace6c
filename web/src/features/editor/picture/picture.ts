import type { Card, Picture, Way } from "@/lib/picture";

import type { ConnectorInfo } from "../api";
import { arrivalOf } from "../canvas/arrival";
import { iconOf, systemOf, triggerIcon } from "../canvas/kinds";
import { placesOf } from "../canvas/places";
import { drawnPorts, edgesBySource, type DrawnPort } from "../canvas/ports";
import { frameSizes } from "../canvas/sizes";
import { fieldAt, parseDocument, type WorkflowDocument } from "../model/document";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { graphOf, type GraphEdge, type GraphNode } from "../model/graph/graph";
import type { Position } from "../model/layout/positions";
import { NODE_SIZE } from "../model/layout/sizes";
import { bodyOf } from "../model/node";
import { nodeIndex, type NodeIndex } from "../model/node-index";
import { asText, entry, type Json } from "../model/text/value";
import { indexCatalog, type CatalogIndex } from "../state/catalog";
import { beforeEnd, cornersOf, headOf, pathOf, type Finish } from "./line";

/** Closer than on the canvas: nothing is put between the cards. */
const GAP = { x: 26, y: 32 };
/** Room around all, for what is drawn beside the cards. */
const MARGIN = 12;

/** A text as a picture of its steps; nothing where it cannot be read. */
export async function pictureOf(text: string, connectors: readonly ConnectorInfo[]): Promise<Picture | null> {
  const parsed = parseDocument(text);
  if (!parsed.ok) return null;
  return drawn(parsed.document, indexCatalog(connectors), await placesOf(parsed.document, GAP));
}

interface Drawn {
  readonly card: Card;
  readonly node: GraphNode;
  readonly ports: readonly DrawnPort[];
  /** Within the for-each around it. */
  readonly place: Position;
}

function drawn(document: WorkflowDocument, catalog: CatalogIndex, places: ReadonlyMap<string, Position>): Picture {
  const graph = graphOf(document);
  const index = nodeIndex(document);
  const sizes = frameSizes(index, places);
  const bySource = edgesBySource(graph);
  const trigger = fieldAt(document, ["trigger"]) ?? null;
  const placeOf = (key: string): Position => places.get(key) ?? { x: 0, y: 0 };
  const all = new Map<string, Drawn>();
  for (const node of graph.nodes) {
    const value = node.key === TRIGGER_KEY ? trigger : (index.byKey.get(node.key)?.node ?? null);
    const size = sizes.get(node.key) ?? NODE_SIZE;
    const place = placeOf(node.key);
    // What stands in a body comes behind the for-each around it.
    const outer = node.parent === null ? undefined : all.get(node.parent)?.card;
    const at = { x: place.x + (outer?.x ?? 0), y: place.y + (outer?.y ?? 0) };
    const ports = drawnPorts(node, value, bySource.get(node.key) ?? [], { ...size, yOf: (key) => placeOf(key).y });
    all.set(node.key, { node, ports, place, card: { ...faceOf(node, value, catalog), step: stepOf(index, node), frame: bodyOf(value).length > 0, ...at, ...size } });
  }
  return moved(
    [...all.values()].map(({ card }) => card),
    graph.edges.flatMap((edge) => endsOf(edge, all) ?? []),
  );
}

type Face = Pick<Card, "key" | "title" | "system" | "Icon" | "kind" | "line">;

function faceOf(node: GraphNode, value: Json, catalog: CatalogIndex): Face {
  const operation = asText(entry(value, node.kind === "trigger" ? "on" : "action")) ?? "";
  const trigger = catalog.triggers.get(operation);
  const Icon = node.kind === "trigger" ? triggerIcon(trigger?.kind, operation) : iconOf(node.kind, catalog.actions.get(operation)?.effect);
  const title = node.kind === "trigger" ? (trigger?.title ?? node.title) : node.title;
  return { key: node.key, title, system: systemOf(node.kind, value, catalog), Icon, kind: node.kind, line: node.line };
}

function stepOf(index: NodeIndex, node: GraphNode): string | null {
  if (node.kind === "trigger" || node.id === null) return null;
  const outer = node.parent === null ? undefined : index.byKey.get(node.parent);
  const ids = [node.id];
  for (let here = outer; here; here = here.parent === null ? undefined : index.byKey.get(here.parent)) ids.unshift(here.id ?? here.key);
  return ids.join("/");
}

interface Ends {
  readonly edge: GraphEdge;
  readonly from: Drawn;
  readonly to: Drawn;
}

function endsOf(edge: GraphEdge, all: ReadonlyMap<string, Drawn>): Ends | null {
  const [from, to] = [all.get(edge.from), edge.to === null ? undefined : all.get(edge.to)];
  return from && to ? { edge, from, to } : null;
}

/** All of it with the upper left corner of the picture as its beginning. */
function moved(cards: readonly Card[], ends: readonly Ends[]): Picture {
  const left = Math.min(...cards.map((card) => card.x)) - MARGIN;
  const top = Math.min(...cards.map((card) => card.y)) - MARGIN;
  const shift = <T extends Position>(at: T): T => ({ ...at, x: at.x - left, y: at.y - top });
  return {
    cards: cards.map(shift),
    ways: ends.flatMap((one) => wayOf(one, shift) ?? []),
    width: Math.max(...cards.map((card) => card.x + card.width)) - left + MARGIN,
    height: Math.max(...cards.map((card) => card.y + card.height)) - top + MARGIN,
  };
}

function wayOf({ edge, from, to }: Ends, shift: <T extends Position>(at: T) => T): Way | null {
  const port = from.ports.find((one) => one.name === edge.port);
  if (!port) return null;
  const begin = shift({ x: from.card.x + port.x, y: from.card.y + port.y, side: port.side });
  const finish = shift(arrived(to, arrivalOf(edge, { at: from.place, ports: from.ports }, to.place)));
  // Back to the line at the last moment, away from it at the first: between the cards, not across them.
  const late = from.node.line !== "main";
  return {
    key: edge.key,
    from: edge.from,
    to: to.card.key,
    target: edge.target,
    starts: edge.kind === "start",
    onFailure: edge.kind === "exception",
    side: edge.side,
    main: edge.main,
    path: pathOf(cornersOf(begin, finish, late)),
    head: headOf(finish),
    middle: beforeEnd(finish, GAP.x / 2),
  };
}

function arrived({ card }: Drawn, side: Finish["side"]): Finish {
  if (side === "top") return { x: card.x + Math.min(card.width, NODE_SIZE.width) / 2, y: card.y, side };
  if (side === "low") return { x: card.x + 40, y: card.y + card.height, side };
  return { x: card.x, y: card.y + card.height / 2, side };
}
