import { useInfiniteQuery, type InfiniteData, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export const PAGE = 200;

/** The order of two times as the server writes them: all are UTC and equally long, so no words of a language are compared. */
export const before = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

interface PagesOptions<T> {
  key: QueryKey;
  load: (after: string | undefined) => Promise<Page<T>>;
  /** Go on until the last page; else `more` loads the next one. */
  all: boolean;
  enabled?: boolean;
}

/** A list of the server, page by page. Lists that are ordered here by deadline need all of it. */
export function usePages<T>({ key, load, all, enabled = true }: PagesOptions<T>) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<T>) => page.next ?? undefined,
    enabled,
  });
  const { hasNextPage, isFetching, isError, fetchNextPage } = query;
  useEffect(() => {
    if (all && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [all, hasNextPage, isFetching, isError, fetchNextPage]);
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return {
    items,
    error: query.data === undefined ? query.error : null,
    loading: query.isPending && enabled,
    partial: hasNextPage,
    again: () => void query.refetch(),
    more: () => hasNextPage && !isFetching && void fetchNextPage(),
  };
}

/** Puts one item anew into every page of the lists under a key, or takes it out. False where a list holds no such item. */
export function patchPages<T>(client: QueryClient, key: QueryKey, is: (item: T) => boolean, item: T | null): boolean {
  let everywhere = true;
  client.setQueriesData<InfiniteData<Page<T>>>({ queryKey: key, exact: false }, (data) => {
    if (!data || !("pages" in data)) return data;
    if (!data.pages.some((page) => page.items.some(is))) {
      everywhere = false;
      return data;
    }
    const pages = data.pages.map((page) => ({ ...page, items: page.items.flatMap((one) => (is(one) ? (item === null ? [] : [item]) : [one])) }));
    return { ...data, pages };
  });
  return everywhere;
}

/** How many items the largest list under a key has. */
export function heldItems(client: QueryClient, key: QueryKey): number {
  const lists = client.getQueriesData<InfiniteData<Page<unknown>>>({ queryKey: key });
  return Math.max(0, ...lists.map(([, data]) => (data && "pages" in data ? data.pages.reduce((sum, page) => sum + page.items.length, 0) : 0)));
}
