import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type CSSProperties, type ReactNode } from "react";

import { inSlots, Slots } from "@/lib/slots";

interface Shown {
  key: string | number | bigint;
}

/**
 * The rows that are in the page, each with its slot. While the list moves they stand in the order of their slots: an element that
 * is put elsewhere in the page is laid out anew, all of it. At rest they stand as they are read.
 */
export function useSlots<Row extends Shown>(rows: readonly Row[], moving: boolean): { row: Row; slot: number }[] {
  const [slots] = useState(() => new Slots());
  return inSlots(slots, rows, moving);
}

interface Rows<Item> {
  items: readonly Item[];
  /** What tells an item from others; always the same function. */
  keyOf: (item: Item) => string;
  /** Of a row, in pixels; where rows are measured, a guess. */
  height: number;
  overscan: number;
  scroller: { readonly current: HTMLElement | null };
}

/** Which rows of a long list are in the page, and where. */
export function useRows<Item>({ items, keyOf, height, overscan, scroller }: Rows<Item>): Virtualizer<HTMLElement, Element> {
  // Another function would have the places of all reckoned anew, at each turn of the wheel.
  const getItemKey = useCallback(
    (at: number) => {
      const item = items[at];
      return item === undefined ? at : keyOf(item);
    },
    [items, keyOf],
  );
  const virtual = useVirtualizer({ count: items.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan, getItemKey });
  const reckoned = useRef(height);
  useLayoutEffect(() => {
    if (reckoned.current !== height) virtual.measure();
    reckoned.current = height;
  }, [virtual, height]);
  return virtual;
}

interface SlotProps {
  /** What is in the slot now. */
  item: string;
  /** Its place in the list. */
  at: number;
  as?: "div" | "li";
  className: string;
  style: CSSProperties;
  role?: "presentation";
  "aria-setsize"?: number;
  "aria-posinset"?: number;
  /** Its height is its own, and told. */
  measured?: boolean;
  onHeight?: ((at: number, height: number) => void) | undefined;
  children: ReactNode;
}

/** A row's place. Whoever had the keyboard in a row that scrolled away does not have it in the one that came instead. */
export function Slot({ item, at, as: Tag = "div", measured = false, onHeight, children, ...attributes }: SlotProps) {
  const place = useRef<HTMLDivElement & HTMLLIElement>(null);
  useLayoutEffect(() => {
    const element = place.current;
    return () => {
      const { activeElement } = document;
      if (activeElement instanceof HTMLElement && element?.contains(activeElement)) activeElement.blur();
    };
  }, [item]);
  useHeight(place, { item, at, measured, onHeight });
  return (
    <Tag ref={place} {...attributes}>
      {children}
    </Tag>
  );
}

type Measured = Pick<SlotProps, "item" | "at" | "measured" | "onHeight">;

/** Tells the height of what is in a slot, again whenever it changes, and once more when it is a usual one again. */
function useHeight(place: { readonly current: HTMLElement | null }, { item, at, measured = false, onHeight }: Measured): void {
  const was = useRef(false);
  const tell = useRef(() => {});
  useLayoutEffect(() => {
    tell.current = () => {
      if (place.current) onHeight?.(at, place.current.offsetHeight);
    };
    if (measured || was.current) tell.current();
    was.current = measured;
  }, [place, item, at, measured, onHeight]);
  useEffect(() => {
    if (!measured || !place.current) return undefined;
    const watch = new ResizeObserver(() => tell.current());
    watch.observe(place.current);
    return () => watch.disconnect();
  }, [place, measured]);
}
