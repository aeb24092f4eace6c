import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";

import { sameFilter, useSavedFilters } from "./saved-filters";

it("keeps filters by name, in this browser", () => {
  const { result } = renderHook(() => useSavedFilters("test"));
  act(() => result.current.keep({ name: "Failed today", filter: { status: "failed", since: "day" } }));
  act(() => result.current.keep({ name: "Failed today", filter: { status: "failed" } }));
  expect(result.current.saved).toEqual([{ name: "Failed today", filter: { status: "failed" } }]);
  const other = renderHook(() => useSavedFilters("test"));
  expect(other.result.current.saved).toHaveLength(1);
  act(() => result.current.drop("Failed today"));
  expect(other.result.current.saved).toEqual([]);
});

it("filters are the same whatever their order", () => {
  expect([sameFilter({ a: "1", b: "2" }, { b: "2", a: "1" }), sameFilter({ a: "1" }, { a: "1", b: "2" })]).toEqual([true, false]);
});
