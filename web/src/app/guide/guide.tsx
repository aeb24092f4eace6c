import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { Mark } from "@/components/mark";
import { percent } from "@/features/workflows/rates";
import { useRight } from "@/lib/me";

import { Packs } from "../new-workflow/packs";
import { Approve } from "./approve";
import { Connect } from "./connect";
import { LetRun } from "./let-run";
import { useProgress } from "./progress";

/** From nothing to a workflow that has shown what it does. Each step knows by itself whether it is done. */
export function Guide({ asked }: { asked: boolean }) {
  const progress = useProgress();
  const navigate = useNavigate();
  const missing = progress.connections.filter((one) => !one.there);
  const steps: { title: string; done: boolean; body: ReactNode }[] = [
    { title: "Pick a workflow to begin with", done: progress.workflow !== null, body: <Pick workflow={progress.workflow} /> },
    { title: "Connect the systems it speaks to", done: progress.workflow !== null && progress.connections.length > 0 && missing.length === 0, body: <Connect progress={progress} /> },
    { title: "Let it run, in review", done: progress.ran, body: <LetRun progress={progress} /> },
    { title: "Approve the first write", done: progress.decided, body: <Approve workflow={progress.published ? progress.workflow : null} /> },
    { title: "See the straight-through rate move", done: progress.alone > 0, body: <p>{progress.ended > 0 ? `${progress.alone} of ${progress.ended} that ended went through alone: ${percent(progress.alone / progress.ended)}. ` : ""}<Link to="/figures">Figures</Link> show it by day. A workflow that has earned it goes live and moves what is normal by itself.</p> },
  ];
  const next = steps.findIndex((step) => !step.done);
  return (
    <section className="panel guide" aria-label="First steps">
      <header>
        <h2 className="h2">First steps</h2>
        <span className="t12 c3">{next < 0 ? "all done" : `${steps.filter((step) => step.done).length} of ${steps.length} done`}</span>
        {asked ? (
          <button type="button" className="btn btn--s push" onClick={() => void navigate({ to: "/today", search: {} })}>
            Close
          </button>
        ) : null}
      </header>
      <ol className="guide-steps">
        {steps.map((step, at) => (
          <li key={step.title} aria-current={at === next ? "step" : undefined} className={step.done ? "is-done" : at === next ? "is-next" : ""}>
            <Mark name={step.done ? "done" : at === next ? "soon" : "idle"} />
            <div className="stack">
              <h3 className="semi">
                {step.title}
                <span className="sr">{step.done ? ", done" : at === next ? ", next" : ", later"}</span>
              </h3>
              {at === next || (asked && !step.done) ? <div className="c2 stack stack--3">{step.body}</div> : null}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Pick({ workflow }: { workflow: string | null }) {
  const builds = useRight("build") !== false;
  if (workflow !== null) return null;
  if (!builds) return <p>Whoever has the role builder here makes the first one.</p>;
  return (
    <>
      <p>A pack is a whole workflow that ships: its normal path, what may stop, who owns that. It is opened as a draft that you can change.</p>
      <Packs />
      <p>
        Or <Link to="/workflows" search={{ new: "blank" }}>begin blank</Link>, <Link to="/workflows" search={{ new: "text" }}>with a text</Link>, or <Link to="/workflows" search={{ new: "n8n" }}>with an export from n8n</Link>.
      </p>
    </>
  );
}
