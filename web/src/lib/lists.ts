import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useWorkspace } from "./workspace";

export interface Listed<T> {
  items: readonly T[];
  loading: boolean;
  error: Error | null;
  again: () => void;
}

const NONE: readonly never[] = [];

/** A list that the server gives whole, of the workspace that is shown. */
export function useListOf<T>(key: string | readonly string[], load: () => Promise<{ items: T[] }>, { enabled = true }: { enabled?: boolean } = {}): Listed<T> {
  const workspace = useWorkspace((state) => state.workspace);
  const query = useQuery({ queryKey: [...[key].flat(), workspace], queryFn: load, enabled: enabled && workspace !== null });
  return {
    items: query.data?.items ?? NONE,
    loading: query.isPending && query.isFetching,
    error: query.data === undefined ? query.error : null,
    again: () => void query.refetch(),
  };
}

/** A change on the server; what was read under the keys is read again afterwards, whether it was done or not. */
export function useChange<Body, Answer>(send: (body: Body) => Promise<Answer>, ...keys: readonly string[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () => Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}
