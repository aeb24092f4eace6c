import { useEffect } from "react";

/** What the tab of the browser says. */
export function useTitle(page: string): void {
  useEffect(() => {
    document.title = `${page} · Throughline`;
  }, [page]);
}
