import { CopyText } from "@/components/copy";
import { When } from "@/components/time";

import type { Trigger, Workflow } from "./api";
import { kindWords, triggerName } from "./words";

/** The address under which others reach this server, as far as this browser knows. */
const here = (path: string): string => `${globalThis.location.origin}${path}`;

/** What starts it, and where that listens. */
export function Listens({ workflow, trigger }: { workflow: Workflow; trigger: Trigger | undefined }) {
  const { webhook_path: hook, form_path: form, mail_address: mail, next_fires: fires } = workflow;
  const next = fires[0] ?? trigger?.next_fires[0];
  return (
    <div className="two">
      <span className="cut">{trigger ? kindWords(trigger.kind) : (workflow.trigger ?? "Not stated")}</span>
      {hook ? <CopyText text={here(hook)} shown={hook} label="webhook address" /> : null}
      {form ? <CopyText text={here(form)} shown={form} label="form address" /> : null}
      {mail ? <CopyText text={mail} label="mail address" /> : null}
      {!hook && !form && !mail ? <span className="cut">{next ? <>next <When time={next} /></> : triggerName(workflow.trigger)}</span> : null}
    </div>
  );
}

export function FailingTrigger({ trigger }: { trigger: Trigger }) {
  if (trigger.failures === 0) return null;
  return (
    <p className="breaks">
      It failed {trigger.failures} {trigger.failures === 1 ? "time" : "times"} in a row{trigger.failure ? `: ${trigger.failure.message}` : ""}.
    </p>
  );
}
