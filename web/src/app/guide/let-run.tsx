import { Link } from "@tanstack/react-router";

import { Refusal } from "@/components/states";
import { useCompleteJob, usePractice } from "@/features/practice/api";
import { useRight } from "@/lib/me";

import { NobodyDecides, useDecider } from "./decider";
import type { Progress } from "./progress";

/** Publishes first; then something has to happen in a system. */
export function LetRun({ progress }: { progress: Progress }) {
  const { workflow, published } = progress;
  const decides = useDecider();
  if (workflow === null) return <p>In review nothing is written until somebody says yes. It is the stage that the packs begin in.</p>;
  if (!published) {
    return (
      <p>
        It is a draft.{" "}
        <Link to="/workflows/$workflow/edit" params={{ workflow }}>
          Open it
        </Link>
        , read its seven parts, and publish it. In review nothing is written until somebody says yes.
      </p>
    );
  }
  if (decides === false) return <NobodyDecides duties={progress.duties} />;
  return (
    <>
      <p>
        In review nothing is written until somebody says yes. Send it an event: its webhook, form or mail address stands on{" "}
        <Link to="/workflows/$workflow" params={{ workflow }}>
          its page
        </Link>
        ; a trigger by hand has a button there.
      </p>
      <CompleteJob workflow={workflow} />
    </>
  );
}

/** Something happens in the simulated system. */
export function CompleteJob({ workflow }: { workflow: string }) {
  const operates = useRight("operate") !== false;
  const projects = usePractice().items.find((one) => one.connector === "projects");
  const complete = useCompleteJob();
  if (!projects?.connected || !operates) return null;
  const send = (with_proof: boolean) => complete.mutate({ workflow, with_proof });
  return (
    <>
      <p>Complete a job in the simulated projects system, as its own users do:</p>
      <div className="row">
        <button type="button" className="btn" disabled={complete.isPending} onClick={() => send(true)}>
          Complete a job with its proof
        </button>
        <button type="button" className="btn" disabled={complete.isPending} onClick={() => send(false)}>
          Complete one without
        </button>
      </div>
      <Refusal error={complete.error} />
    </>
  );
}
