import { Mark } from "@/components/mark";
import { duration } from "@/lib/format";

import type { Step } from "./api";
import { barsOf, type Scale } from "./waterfall";
import { stepMark, stepTone, stepWords } from "./words";

interface StepsProps {
  steps: readonly Step[];
  scale: Scale;
  chosen: string | undefined;
  onChoose: (path: string) => void;
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

export function StepsTable({ steps, scale, chosen, onChoose }: StepsProps) {
  const whole = scale.end - scale.begin;
  const now = Date.now();
  return (
    <table className="wf">
      <colgroup>
        <col className="wf-step" />
        <col className="wf-outcome" />
        <col className="wide" />
        <col className="wf-took" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">Outcome</th>
          <th scope="col" className="wide wf-cell">
            <span className="wf-ticks">
              {TICKS.slice(0, -1).map((tick) => (
                <span key={tick}>{duration(Math.round(whole * tick))}</span>
              ))}
            </span>
          </th>
          <th scope="col" className="num">
            Took
          </th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <tr key={`${step.path}#${step.logical_attempt}`} aria-selected={step.path === chosen}>
            <td className="cut">
              <button type="button" className="xopen semi cut" onClick={() => onChoose(step.path)} title={step.path}>
                {step.path}
              </button>
              {step.attempts.length > 1 ? <span className="c3"> × {step.attempts.length}</span> : null}
            </td>
            <td>
              <span className={`state ${stepTone(step)}`}>
                <Mark name={stepMark(step)} />
                <span className="cut">{stepWords(step)}</span>
              </span>
            </td>
            <td className="wide wf-cell">
              <Bars step={step} scale={scale} now={now} />
            </td>
            <td className="num c2">{step.duration_ms === null || step.duration_ms === undefined ? "" : duration(step.duration_ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Bars({ step, scale, now }: { step: Step; scale: Scale; now: number }) {
  return (
    <svg viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label={step.duration_ms === null || step.duration_ms === undefined ? stepWords(step) : duration(step.duration_ms)}>
      {TICKS.slice(1, -1).map((tick) => (
        <path key={tick} d={`M${tick * 100} 0v30`} className="gl" vectorEffect="non-scaling-stroke" />
      ))}
      {barsOf(step, scale, now).map((bar, at) =>
        bar.kind === "wait" ? (
          <path key={at} className="wf-wait" d={`M${bar.left} 15h${bar.width}`} vectorEffect="non-scaling-stroke" />
        ) : (
          <rect key={at} className={`wf-bar wf-${bar.kind}`} x={bar.left} y="11" width={bar.width} height="8" />
        ),
      )}
    </svg>
  );
}
