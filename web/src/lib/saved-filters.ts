import { create } from "zustand";

import { useWorkspace } from "./workspace";

export interface SavedFilter {
  name: string;
  filter: Readonly<Record<string, string>>;
}

const key = (page: string, workspace: string): string => `throughline.filters.${page}/${workspace}`;

const isSaved = (value: unknown): value is SavedFilter => typeof value === "object" && value !== null && "name" in value && "filter" in value;

function read(page: string, workspace: string): readonly SavedFilter[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key(page, workspace)) ?? "[]");
    return Array.isArray(found) ? found.filter(isSaved) : [];
  } catch {
    return [];
  }
}

const useKept = create<{ lists: Readonly<Record<string, readonly SavedFilter[]>> }>()(() => ({ lists: {} }));

/** Filters of a page that somebody named, kept in this browser, each workspace with its own. */
export function useSavedFilters(page: string) {
  const workspace = useWorkspace((state) => state.workspace) ?? "";
  const place = key(page, workspace);
  const saved = useKept((state) => state.lists[place]) ?? read(page, workspace);
  const set = (list: readonly SavedFilter[]) => {
    localStorage.setItem(place, JSON.stringify(list));
    useKept.setState(({ lists }) => ({ lists: { ...lists, [place]: list } }));
  };
  return {
    saved,
    keep: (one: SavedFilter) => set([...saved.filter((other) => other.name !== one.name), one]),
    drop: (name: string) => set(saved.filter((other) => other.name !== name)),
    put: set,
  };
}

/** Whether two filters ask for the same. */
export function sameFilter(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
