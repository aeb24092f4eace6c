import {
  Braces,
  CalendarClock,
  CirclePlay,
  CircleStop,
  FileInput,
  Hourglass,
  LifeBuoy,
  ListPlus,
  Mail,
  MessageCircleQuestion,
  Merge,
  PencilLine,
  Puzzle,
  Repeat,
  Reply,
  ScanSearch,
  Split,
  Webhook,
  Workflow,
  Zap,
  type LucideIcon,
} from "lucide-react";

import type { TriggerKind } from "../api";
import type { CatalogIndex } from "../state/catalog";
import { connectorOf } from "../state/catalog";
import type { NodeKind } from "../model/node";
import { asText, entry } from "../model/text/value";
import { words } from "@/lib/format";

/** The kinds as people call them. */
export const KIND_WORDS: Readonly<Record<NodeKind, string>> = {
  action: "Action",
  set: "Values",
  switch: "Rule",
  for_each: "For each",
  join: "Join",
  wait: "Wait",
  call: "Call",
  code: "Code",
  respond: "Reply",
  raise: "Exception",
  ask: "Question",
  end: "End",
  unknown: "Not known here",
};

const ICONS: Readonly<Record<NodeKind, LucideIcon>> = {
  action: ScanSearch,
  set: ListPlus,
  switch: Split,
  for_each: Repeat,
  join: Merge,
  wait: Hourglass,
  call: Workflow,
  code: Braces,
  respond: Reply,
  raise: LifeBuoy,
  ask: MessageCircleQuestion,
  end: CircleStop,
  unknown: Puzzle,
};

const TRIGGER_ICONS: Readonly<Record<TriggerKind, LucideIcon>> = {
  webhook: Webhook,
  schedule: CalendarClock,
  poll: ScanSearch,
  event: Zap,
  manual: CirclePlay,
  called: Workflow,
  form: FileInput,
  mail: Mail,
  native: Zap,
};

export function iconOf(kind: NodeKind, effect?: string): LucideIcon {
  return kind === "action" && effect !== undefined && effect !== "read" ? PencilLine : ICONS[kind];
}

/** What the server itself offers is told apart by its name. */
const NATIVE: Readonly<Record<string, TriggerKind>> = { "schedule.tick": "schedule", "webhook.received": "webhook", "form.submitted": "form", "mail.received": "mail", "throughline.manual": "manual", "throughline.called": "called" };

export function triggerIcon(kind: TriggerKind | undefined, name: string): LucideIcon {
  const known = kind === undefined || kind === "native" ? (NATIVE[name] ?? "event") : kind;
  return TRIGGER_ICONS[known];
}

/** The system of an action, or what the step does. */
export function systemOf(kind: NodeKind | "trigger", value: unknown, catalog: CatalogIndex): string {
  const operation = asText(entry(value, kind === "trigger" ? "on" : "action")) ?? "";
  const connector = connectorOf(operation);
  if (kind === "trigger") return catalog.triggers.get(operation)?.connector?.name ?? (connector && !["throughline", "webhook", "schedule", "form", "mail"].includes(connector) ? words(connector) : "Trigger");
  if (kind !== "action") return KIND_WORDS[kind];
  return catalog.actions.get(operation)?.connector.name ?? (connector ? words(connector) : KIND_WORDS.action);
}
