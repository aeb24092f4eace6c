import { QueryClient, type InfiniteData } from "@tanstack/react-query";
import { expect, it } from "vitest";

import { heldItems, patchPages, type Page } from "./pages";

interface Item {
  id: number;
  state: string;
}

function held(): QueryClient {
  const client = new QueryClient();
  const pages = [
    { items: [{ id: 1, state: "open" }, { id: 2, state: "open" }], next: "x" },
    { items: [{ id: 3, state: "open" }], next: null },
  ];
  client.setQueryData<InfiniteData<Page<Item>>>(["list", "w"], { pages, pageParams: [undefined, "x"] });
  return client;
}

const items = (client: QueryClient) => client.getQueryData<InfiniteData<Page<Item>>>(["list", "w"])?.pages.map((page) => page.items.map((one) => `${one.id}${one.state}`));

it("replaces one item where it stands", () => {
  const client = held();
  expect(patchPages<Item>(client, ["list"], (one) => one.id === 3, { id: 3, state: "done" })).toBe(true);
  expect(items(client)).toEqual([["1open", "2open"], ["3done"]]);
});

it("takes one out", () => {
  const client = held();
  patchPages<Item>(client, ["list"], (one) => one.id === 1, null);
  expect(items(client)).toEqual([["2open"], ["3open"]]);
  expect(heldItems(client, ["list"])).toBe(2);
});

it("says that an item is not known, and leaves the list", () => {
  const client = held();
  expect(patchPages<Item>(client, ["list"], (one) => one.id === 9, { id: 9, state: "open" })).toBe(false);
  expect(heldItems(client, ["list"])).toBe(3);
});
