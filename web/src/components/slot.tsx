import { useLayoutEffect, useRef, useSyncExternalStore, type CSSProperties, type ReactNode } from "react";

const onResize = (listener: () => void): (() => void) => {
  globalThis.addEventListener("resize", listener);
  return () => globalThis.removeEventListener("resize", listener);
};

/**
 * Keys for the rows of a long list. As many as can be in the page at a time go round, so that the elements of a row that
 * scrolls out come back with the words of one that scrolls in: cheaper than new ones by far.
 */
export function useSlots(rowHeight: number, overscan: number): (index: number) => number {
  const height = useSyncExternalStore(onResize, () => globalThis.innerHeight);
  const slots = Math.ceil(height / rowHeight) + 2 * overscan + 2;
  return (index) => index % slots;
}

interface SlotProps {
  /** What is in the slot now. */
  item: string;
  as?: "div" | "li";
  className: string;
  style: CSSProperties;
  role?: "presentation";
  "data-index"?: number;
  "aria-setsize"?: number;
  "aria-posinset"?: number;
  /** Told the element while its height is its own. */
  measure?: ((element: HTMLElement | null) => void) | undefined;
  children: ReactNode;
}

/** A row's place. Whoever had the keyboard in a row that scrolled away does not have it in the one that came instead. */
export function Slot({ item, as: Tag = "div", measure, children, ...attributes }: SlotProps) {
  const place = useRef<HTMLDivElement & HTMLLIElement>(null);
  useLayoutEffect(() => {
    const element = place.current;
    return () => {
      const { activeElement } = document;
      if (activeElement instanceof HTMLElement && element?.contains(activeElement)) activeElement.blur();
    };
  }, [item]);
  useLayoutEffect(() => {
    if (!measure) return undefined;
    measure(place.current);
    return () => measure(null);
  }, [measure, item]);
  return (
    <Tag ref={place} {...attributes}>
      {children}
    </Tag>
  );
}
