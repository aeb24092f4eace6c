import { useState } from "react";

/** Something that is sent once, with what came of it. */
export function useSending(): { pending: boolean; error: Error | null; send: (work: Promise<unknown>) => void } {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const send = (work: Promise<unknown>) => {
    setPending(true);
    setError(null);
    work
      .catch((reason: unknown) => setError(reason instanceof Error ? reason : new Error(String(reason))))
      .finally(() => setPending(false));
  };
  return { pending, error, send };
}
