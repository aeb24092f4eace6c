import { useLayoutEffect, useState, type RefObject } from "react";

import type { Card, Picture } from "@/lib/picture";

/** Smaller than this the words cannot be read: then it is not all that is shown. */
const LEAST = 0.78;
const PART = 0.9;

/** All of it where that can be read, else a part at a size that can. */
export function scaleOf(picture: Pick<Picture, "width">, room: number): number {
  const whole = room / picture.width;
  return whole >= LEAST ? Math.min(1, whole) : PART;
}

/** A bar for scrolling up and down takes its place beside the picture. */
const BAR = 12;

/** How large the picture is drawn in its room. */
export function useScale(room: RefObject<HTMLElement | null>, picture: Picture): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    // The width around the room: that of the room itself changes with its bars.
    const box = room.current?.parentElement;
    if (!box) return;
    const measure = (): void => setWidth(box.clientWidth - BAR);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [room]);
  return scaleOf(picture, width || picture.width);
}

const PAD = 24;

/** Where to scroll so that it is in sight: nowhere where it is, else with it in the middle. */
export function scrolled(now: number, room: number, start: number, length: number): number {
  return start >= now && start + length <= now + room ? now : Math.max(0, start + length / 2 - room / 2);
}

/** Moves the picture in its room, never the page. */
export function reveal(room: HTMLElement, card: Card, scale: number): void {
  const { clientWidth, clientHeight, scrollLeft, scrollTop } = room;
  const high = Math.min(card.height, 72);
  const left = scrolled(scrollLeft, clientWidth, card.x * scale - PAD, card.width * scale + 2 * PAD);
  const top = scrolled(scrollTop, clientHeight, card.y * scale, high * scale);
  if (left !== scrollLeft || top !== scrollTop) room.scrollTo({ left, top });
}
