import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { Mark } from "@/components/mark";
import { plural } from "@/lib/format";

import type { Step } from "./api";
import { folded, type Comparison, type StepPair } from "./compare";
import { FieldRows } from "./compare-rows";
import { fateWords } from "./compare-words";
import { stepMark, stepTone, stepWords } from "./words";

/** Steps that are listed at once: more of them are wanted by nobody who has not asked. */
const AT_ONCE = 150;

export function ComparedSteps({ compared }: { compared: Comparison }) {
  const [most, setMost] = useState(AT_ONCE);
  const listed = folded(compared.steps);
  const more = listed.length - most;
  return (
    <>
      {listed.slice(0, most).map((one) =>
        one.kind === "same" ? <Same key={one.steps[0]?.path} steps={one.steps} compared={compared} /> : <OneStep key={one.step.path} step={one.step} compared={compared} />,
      )}
      {more > 0 ? (
        <tbody>
          <tr>
            <td colSpan={3}>
              <button type="button" className="link" onClick={() => setMost(most + AT_ONCE)}>
                Show more: {more.toLocaleString("en-GB")} are left
              </button>
            </td>
          </tr>
        </tbody>
      ) : null}
    </>
  );
}

/** Steps in a row that are the same, folded until somebody wants to see them. */
function Same({ steps, compared }: { steps: readonly StepPair[]; compared: Comparison }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <tbody>
        <tr className="cmp-fold">
          <td colSpan={3}>
            <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
              {plural(steps.length, "step is the same", "steps are the same")}
            </button>
          </td>
        </tr>
      </tbody>
      {open ? steps.map((step) => <OneStep key={step.path} step={step} compared={compared} />) : null}
    </>
  );
}

function OneStep({ step, compared }: { step: StepPair; compared: Comparison }) {
  const { here, there } = compared;
  const places = { here: here.run_id, there: there.run_id, step: step.path };
  return (
    <tbody>
      <tr className="cmp-step">
        <th scope="rowgroup" tabIndex={-1} data-differs={step.fate === "same" ? undefined : step.fate}>
          <span className="semi breaks">{step.path}</span> <span className="c2 t12">{fateWords(step, compared)}</span>
        </th>
        <StepState step={step.here} run={here.run_id} whose="This run" />
        <StepState step={step.there} run={there.run_id} whose="The other run" />
      </tr>
      {step.parts.map(({ name, difference }) => (
        <FieldRows key={name} name={name} difference={difference} places={places} />
      ))}
    </tbody>
  );
}

function StepState({ step, run, whose }: { step: Step | null; run: string; whose: string }) {
  return (
    <td data-l={whose}>
      {step ? (
        <span className="row">
          <span className={`state ${stepTone(step)}`}>
            <Mark name={stepMark(step)} />
            <span className="cut">{stepWords(step)}</span>
          </span>
          {step.copied ? <span className="c3 t12">taken over</span> : null}
          <Link className="push t12" to="/runs/$run" params={{ run }} search={{ step: step.path }} aria-label={`Open ${step.path} of ${whose.toLowerCase()}`}>
            Open
          </Link>
        </span>
      ) : (
        <span className="c3">not there</span>
      )}
    </td>
  );
}
