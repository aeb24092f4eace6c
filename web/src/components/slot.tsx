import { useLayoutEffect, useRef, useState, type CSSProperties, type ReactNode } from "react";

import { Slots } from "@/lib/slots";

/** The keys of the rows that are in the page. */
export function useSlots(rows: readonly string[]): ReadonlyMap<string, number> {
  const [slots] = useState(() => new Slots());
  return slots.of(rows);
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
