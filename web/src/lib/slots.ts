/**
 * Which element each row of a long list has. A row keeps its own as long as it is in sight, wherever it moves, so that what is
 * typed in it stays; the element of one that is gone serves the next that comes, which costs less than a new one.
 */
export class Slots {
  private readonly held = new Map<string, number>();
  private readonly free: number[] = [];

  /** The slots of these rows; asked again for the same ones, it answers the same. */
  of(rows: readonly string[]): ReadonlyMap<string, number> {
    const shown = new Set(rows);
    for (const [row, slot] of this.held) {
      if (shown.has(row)) continue;
      this.held.delete(row);
      this.free.push(slot);
    }
    for (const row of shown) {
      if (!this.held.has(row)) this.held.set(row, this.free.pop() ?? this.held.size);
    }
    return this.held;
  }
}

/** Rows with their slots: in the order of these while they move, else in their own. */
export function inSlots<Row extends { readonly key: string | number | bigint }>(slots: Slots, rows: readonly Row[], moving: boolean): { row: Row; slot: number }[] {
  const held = slots.of(rows.map((row) => String(row.key)));
  const placed = rows.map((row) => ({ row, slot: held.get(String(row.key)) ?? 0 }));
  return moving ? placed.sort((one, other) => one.slot - other.slot) : placed;
}
