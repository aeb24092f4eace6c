/** What an action does to the other system, as its connector declares it. */
export type Effect = "read" | "write_idempotent" | "write_once";

/** What the editor knows of the connectors that are installed. */
export interface Catalog {
  /** Nothing where the operation is not known. */
  effectOf(operation: string): Effect | undefined;
}

/** No connector is known: nothing is taken for a write. */
export const EMPTY_CATALOG: Catalog = { effectOf: () => undefined };

/** A catalog of what the server lists: operations and their effects. */
export function catalogOf(effects: Readonly<Record<string, Effect>>): Catalog {
  return { effectOf: (operation) => (Object.hasOwn(effects, operation) ? effects[operation] : undefined) };
}
