import type { AuthField, Connector } from "@/lib/catalog";
import { isSchema, schemaFields } from "@/lib/schema-form";

import type { NewSecret, Place, Secret } from "./api";

/** One value that a connector needs and nobody sees again. */
export interface SlotField extends AuthField {
  /** `default.token`. */
  key: string;
  optional: boolean;
  /** It signs or verifies what comes in, and is never sent. */
  inbound: boolean;
}

export const slotFields = ({ auth }: Pick<Connector, "auth">): SlotField[] =>
  Object.entries(auth).flatMap(([slot, { kind, fields, optional }]) => Object.entries(fields).map(([name, field]) => ({ ...field, key: `${slot}.${name}`, optional, inbound: kind === "none" })));

/** The titles that the connector gives to its settings and secrets, by key. */
export function titlesOf(connector: Pick<Connector, "auth" | "settings"> | undefined): ReadonlyMap<string, string> {
  if (connector === undefined) return new Map();
  const settings = isSchema(connector.settings) ? schemaFields(connector.settings) : [];
  return new Map([...settings.map(({ name, title }) => [name, title] as const), ...slotFields(connector).map(({ key, title }) => [key, title] as const)]);
}

const origin = (address: string): string | null => {
  try {
    const { origin: found, protocol } = new URL(address);
    return protocol === "https:" || protocol === "http:" ? found : null;
  } catch {
    return null;
  }
};

/** Where a connector sends with these settings: the address in the setting it names, or the one it always talks to. */
export function originOf(hosts: readonly string[], settings: Readonly<Record<string, unknown>>): string | null {
  for (const host of hosts.length > 0 ? hosts : ["{base_url}"]) {
    const setting = /^\{(\w+)\}$/.exec(host)?.[1];
    const address = setting === undefined ? host : settings[setting];
    const found = typeof address === "string" ? origin(address) : null;
    if (found) return found;
  }
  return null;
}

const MOST = 60;
const fit = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, "-").replace(/^[^a-z0-9]+/, "").slice(0, MOST);

/** A name for a secret of a connection. One that is bound to another place keeps its name, and this gets the next. */
export function secretName(connection: string, key: string, boundTo: string, known: readonly Pick<Secret, "name" | "bound_to">[]): string {
  const first = fit(`${connection}.${key}`) || "secret";
  for (let at = 1; ; at += 1) {
    const name = at === 1 ? first : `${first}-${at}`;
    const taken = known.find((one) => one.name === name);
    if (!taken || taken.bound_to === boundTo) return name;
  }
}

export interface Typed {
  /** A new value, or empty. */
  value: string;
  /** A secret of the vault that is there already, or empty. */
  vault: string;
}

interface Plan {
  places: Record<string, Place>;
  secrets: NewSecret[];
  /** By key, in words. */
  problems: Record<string, string>;
}

interface PlanFrom {
  name: string;
  fields: readonly SlotField[];
  typed: Readonly<Record<string, Typed>>;
  kept: Readonly<Record<string, Place>>;
  sendsTo: string | null;
  known: readonly Pick<Secret, "name" | "bound_to">[];
}

/** What is to be put into the vault, and what the connection then refers to. */
export function planSecrets({ name, fields, typed, kept, sendsTo, known }: PlanFrom): Plan {
  const plan: Plan = { places: {}, secrets: [], problems: {} };
  for (const { key, optional, inbound } of fields) {
    const { value = "", vault = "" } = typed[key] ?? {};
    const before = kept[key];
    const boundTo = inbound ? "inbound" : sendsTo;
    if (vault !== "") plan.places[key] = { vault };
    else if (value === "" && before) plan.places[key] = before;
    else if (value === "") {
      if (!optional) plan.problems[key] = "This has to be filled in";
    } else if (boundTo === null) plan.problems[key] = "Fill in the address first: a secret is bound to where it may be sent";
    else {
      const secret = secretName(name, key, boundTo, known);
      plan.secrets.push({ name: secret, value, bound_to: boundTo });
      plan.places[key] = { vault: secret };
    }
  }
  return plan;
}

/** Where a secret is, in words; never what it is. */
export function placeWords(place: unknown): string {
  if (typeof place !== "object" || place === null) return "Not set";
  const [[kind, name] = ["", ""]] = Object.entries(place as Record<string, string>);
  const where: Record<string, string> = { vault: "in the vault as", env: "in the server's environment as", file: "in a file of the server," };
  return `${where[kind] ?? kind} ${name}`;
}
