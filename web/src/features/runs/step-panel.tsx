import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { Segments } from "@/components/field";
import { Mark } from "@/components/mark";
import { CopyId } from "@/components/pieces";
import { When } from "@/components/time";
import { Json } from "@/components/value";
import { clockTime, duration } from "@/lib/format";

import type { Effect, Step } from "./api";
import { statusMark, statusTone, statusWords, stepWords, waitWords } from "./words";

type View = "input" | "output" | "attempts" | "writes";

export function StepPanel({ step, effects, redacted }: { step: Step; effects: readonly Effect[]; redacted: boolean }) {
  const [view, setView] = useState<View>("input");
  const writes = effects.filter((one) => one.path === step.path);
  return (
    <section className="panel" aria-label={`Step ${step.path}`}>
      <header>
        <h2 className="h2 cut">{step.path}</h2>
        <span className="push c2 t12">{stepWords(step)}</span>
      </header>
      <div className="body stack stack--3">
        {step.failure ? (
          <div className="note note--risk">
            <Mark name="fail" />
            <div className="breaks">
              <b>{step.failure.message}</b> <span className="mono t11">{step.failure.code}</span>
            </div>
          </div>
        ) : null}
        {step.waits_for ? <Waits step={step} /> : null}
        <Segments
          label="What of the step"
          value={view}
          onChange={setView}
          options={[
            { value: "input", label: "Input" },
            { value: "output", label: "Output" },
            { value: "attempts", label: `Attempts ${step.attempts.length}` },
            { value: "writes", label: `Writes ${writes.length}` },
          ]}
        />
        {view === "input" ? <Json value={step.input} name={`${step.path}-input`} /> : null}
        {view === "output" ? <Json value={step.output} name={`${step.path}-output`} /> : null}
        {view === "attempts" ? <Attempts step={step} /> : null}
        {view === "writes" ? <Writes effects={writes} /> : null}
        {redacted && (view === "input" || view === "output") ? <p className="help">••• stands for what the workflow or the connector hides.</p> : null}
      </div>
    </section>
  );
}

function Waits({ step }: { step: Step }) {
  const { what, id, until } = step.waits_for ?? { what: "" };
  const link =
    what === "proposal" && id ? (
      <Link to="/inbox/approvals" search={{ id, show: "open" }}>
        Open the proposal
      </Link>
    ) : what === "exception" && id ? (
      <Link to="/inbox/exceptions" search={{ id }}>
        Open the exception
      </Link>
    ) : what === "answer" && id ? (
      <a href={`/asks/${id}`}>Open the question</a>
    ) : null;
  return (
    <div className={what === "proposal" ? "note note--review" : "note note--exc"}>
      <Mark name={what === "proposal" ? "gate" : "pause"} />
      <span>
        <b>Waits for {waitWords(what)}</b>
        {until ? (
          <>
            {" "}
            until <When time={until} />
          </>
        ) : null}
        . {link}
      </span>
    </div>
  );
}

function Attempts({ step }: { step: Step }) {
  if (step.attempts.length === 0) return <p className="c3">None: the step is decided by the runner itself.</p>;
  return (
    <ul className="stack">
      {step.attempts.map((attempt) => (
        <li className="attempt" key={`${attempt.logical_attempt}.${attempt.attempt}`}>
          <span className={`state ${statusTone(attempt.status)}`}>
            <Mark name={statusMark(attempt.status)} />
            {attempt.attempt}. {statusWords(attempt.status)}
          </span>
          <span className="c2 t12 push">
            {clockTime(attempt.started_at)}
            {attempt.ended_at ? `, ${duration(new Date(attempt.ended_at).getTime() - new Date(attempt.started_at).getTime())}` : ""}
          </span>
          {attempt.failure ? (
            <p className="t12 breaks">
              {attempt.failure.message} <span className="mono t11 c3">{attempt.failure.code}</span>
            </p>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Writes({ effects }: { effects: readonly Effect[] }) {
  if (effects.length === 0) return <p className="c3">None: this step has written nothing.</p>;
  return effects.map((effect) => (
    <dl className="kv" key={effect.effect_id}>
      <dt>Action</dt>
      <dd className="mono t12">{effect.action}</dd>
      <dt>State</dt>
      <dd>
        <span className={`state ${statusTone(effect.state)}`}>
          <Mark name={statusMark(effect.state)} />
          {statusWords(effect.state)}
        </span>
      </dd>
      <dt>Intent kept</dt>
      <dd>{clockTime(effect.intended_at)}, before sending</dd>
      <dt>Known by</dt>
      <dd>{typeof effect.evidence === "string" ? statusWords(effect.evidence) : "Not yet"}</dd>
      <dt>Key sent</dt>
      <dd>
        <CopyId id={effect.idempotency_key} />
      </dd>
      <dt>Request hash</dt>
      <dd>
        <CopyId id={effect.request_sha256} />
      </dd>
      <dt>Receipt</dt>
      <dd>
        <Json value={effect.receipt} name={`${effect.effect_id}-receipt`} />
      </dd>
    </dl>
  ));
}
