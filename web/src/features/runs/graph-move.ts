import type { Card } from "@/lib/picture";

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const;
export type ArrowKey = keyof typeof KEYS;

export const isArrow = (key: string): key is ArrowKey => Object.hasOwn(KEYS, key);

/** The next step in the direction of the key: the nearest, rather straight ahead than aside. */
export function besides(cards: readonly Card[], from: Card, key: ArrowKey): Card | null {
  const [across, along] = KEYS[key];
  let best: { card: Card; far: number } | null = null;
  for (const card of cards) {
    const [x, y] = [card.x - from.x, card.y - from.y];
    const ahead = x * across + y * along;
    const aside = Math.abs(x * along) + Math.abs(y * across);
    // What stands more aside than ahead is met by the other keys.
    if (ahead <= 0 || (across === 0 ? aside > ahead * 2 : aside > ahead)) continue;
    const far = ahead + aside * 2;
    if (best === null || far < best.far) best = { card, far };
  }
  return best?.card ?? null;
}
