import { QueryClient } from "@tanstack/react-query";

import { Refused, Unreachable } from "./http";

const worthAnotherTry = (error: Error): boolean => error instanceof Unreachable || (error instanceof Refused && error.status >= 500);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      networkMode: "always",
      retry: (count, error) => count < 4 && worthAnotherTry(error),
      retryDelay: (count) => Math.min(500 * 2 ** count, 8_000),
    },
    mutations: { networkMode: "always", retry: false },
  },
});
