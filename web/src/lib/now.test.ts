import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { useNow } from "./now";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("is one clock for all that look at it", () => {
  const some = [renderHook(() => useNow()), renderHook(() => useNow()), renderHook(() => useNow())];
  expect(vi.getTimerCount()).toBe(1);
  const before = some[0]?.result.current;
  act(() => void vi.advanceTimersByTime(21_000));
  expect(some[0]?.result.current).not.toBe(before);
  expect(some[1]?.result.current).toBe(some[0]?.result.current);
  some.forEach((one) => one.unmount());
  expect(vi.getTimerCount()).toBe(0);
});
