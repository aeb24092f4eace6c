import { Refusal, Skeleton } from "@/components/states";
import { useByTwo, useSetByTwo } from "@/lib/publishing";
import { toast } from "@/lib/toasts";

import { Section } from "./section";

/** Whether a second person agrees to every version. */
export function PublishingSettings({ may }: { may: boolean }) {
  const byTwo = useByTwo();
  const set = useSetByTwo();
  const change = (next: boolean): void => set.mutate(next, { onSuccess: () => toast(next ? "From now on a second person agrees to every version." : "Whoever may build publishes alone.") });
  return (
    <Section title="Publishing" words="A version changes what workflows do by themselves. Whoever writes one can always ask somebody else to look at it and publish it.">
      {byTwo === undefined ? (
        <Skeleton rows={1} />
      ) : (
        <label className="pick">
          <input type="checkbox" checked={set.isPending ? set.variables : byTwo} disabled={!may} onChange={(event) => change(event.target.checked)} />
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
