import { useState } from "react";

import { Refusal, Skeleton } from "@/components/states";
import { useByTwo, useSetByTwo } from "@/lib/publishing";
import { toast } from "@/lib/toasts";

import { Section } from "./section";

/** Whether a second person agrees to every version. */
export function PublishingSettings({ may }: { may: boolean }) {
  const byTwo = useByTwo();
  const set = useSetByTwo();
  // Shown at once; what the server keeps counts again when it has answered.
  const [wanted, setWanted] = useState<boolean | null>(null);
  const change = (next: boolean): void => {
    setWanted(next);
    set.mutate(next, { onSettled: () => setWanted(null), onSuccess: () => toast(next ? "From now on a second person agrees to every version." : "Whoever may build publishes alone.") });
  };
  return (
    <Section title="Publishing" words="A version changes what workflows do by themselves. Whoever writes one can always ask somebody else to look at it and publish it.">
      {byTwo === undefined ? (
        <Skeleton rows={1} />
      ) : (
        <label className="pick">
          <input type="checkbox" checked={wanted ?? byTwo} disabled={!may} onChange={(event) => change(event.target.checked)} />
          <span className="stack">
            <span className="med">A second person agrees to every version</span>
            <span className="t12 c3">{may ? "Nobody publishes alone then, administrators and programs included." : "Administrators set this."}</span>
          </span>
        </label>
      )}
      <Refusal error={set.error} />
    </Section>
  );
}
