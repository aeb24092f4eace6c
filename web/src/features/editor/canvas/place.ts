import { useLayoutEffect, useRef } from "react";

/** Gives an element its size: set on the element, because the policy of the page allows no style in the markup. */
export function usePlace(width: number | undefined, height: number | undefined) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    if (width !== undefined) element.style.width = `${width}px`;
    if (height !== undefined) element.style.height = `${height}px`;
  }, [width, height]);
  return ref;
}
