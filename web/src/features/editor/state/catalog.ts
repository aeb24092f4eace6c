import type { ActionInfo, ConnectorInfo, TriggerInfo } from "../api";
import { catalogOf, type Catalog, type Effect } from "../model/catalog";

export interface KnownAction extends ActionInfo {
  readonly connector: ConnectorInfo;
}

export interface KnownTrigger extends TriggerInfo {
  /** Nothing for what the server itself offers. */
  readonly connector: ConnectorInfo | null;
}

/** What is installed, found by name. */
export interface CatalogIndex {
  readonly actions: ReadonlyMap<string, KnownAction>;
  readonly triggers: ReadonlyMap<string, KnownTrigger>;
  readonly model: Catalog;
}

type BuiltIn = readonly [trigger: string, kind: TriggerInfo["kind"], title: string, description: string];

/** What starts a run without any connector, where the server's own list does not say it. */
const BUILT_IN: readonly BuiltIn[] = [
  ["throughline.manual", "manual", "Started by hand", "Somebody presses start, or another program asks for a run"],
  ["webhook.received", "webhook", "Webhook", "Another system calls an address of this server"],
  ["schedule.tick", "schedule", "Schedule", "At times of the clock: every hour, each Monday at nine"],
  ["form.submitted", "form", "Hosted form", "Somebody sends a form that this server shows"],
  ["mail.received", "mail", "Inbound mail", "A mail comes to an address of this server"],
];

/** Connectors of this name belong to the server itself: their triggers need no connection. */
const OWN = new Set(["throughline", "webhook", "schedule", "form", "mail"]);

export function indexCatalog(connectors: readonly ConnectorInfo[]): CatalogIndex {
  const actions = new Map<string, KnownAction>();
  const triggers = new Map<string, KnownTrigger>();
  const effects: Record<string, Effect> = {};
  for (const connector of connectors) {
    for (const action of connector.actions) {
      actions.set(action.action, { ...action, connector });
      effects[action.action] = action.effect;
    }
    const own = OWN.has(connector.connector);
    for (const trigger of connector.triggers) triggers.set(trigger.trigger, { ...trigger, connector: own ? null : connector });
  }
  for (const [trigger, kind, title, description] of BUILT_IN) {
    if (!triggers.has(trigger)) triggers.set(trigger, { trigger, kind, title, description, config: {}, output: {}, sample: null, connector: null });
  }
  return { actions, triggers, model: catalogOf(effects) };
}

/** `projects.get_job` belongs to `projects`. */
export const connectorOf = (operation: string): string => operation.slice(0, Math.max(0, operation.indexOf(".")));
