import { useState } from "react";

import { Mark } from "@/components/mark";
import { capital, plural } from "@/lib/format";

import type { Problem } from "../api";
import { useReveal } from "../canvas/view";
import { focusOn, run } from "../state/editor-store";
import { useDocument, useEditor, useEditorStore } from "../state/context";
import { fixOf } from "./fixes";
import { placeOfProblem } from "./place-of-problem";
import type { Problems } from "./use-problems";
import { ReviewToLive } from "./review-to-live";

/** What the server finds in the text, with a way to each place, and where it is plain what was meant a way to mend it. */
export function ProblemsDock({ problems }: { problems: Problems }) {
  const broken = useEditor((state) => state.broken);
  return (
    <section className="dock" aria-label="Problems and the way to live">
      <section aria-label="Problems">
        <header>
          <h2 className="h2">Problems</h2>
          <span className="badge">{problems.problems.length}</span>
          <span className="t12 c3 push" role="status">
            {problems.checking ? "Checking" : problems.failure ? "The server does not check at the moment" : "Checked by the server"}
          </span>
        </header>
        {broken ? <BrokenText /> : <ProblemList problems={problems.problems} />}
      </section>
      <ReviewToLive />
    </section>
  );
}

function BrokenText() {
  const broken = useEditor((state) => state.broken);
  return (
    <ul className="probs">
      {broken?.problems.map((problem) => (
        <li className="prob" key={`${problem.line}:${problem.message}`}>
          <Mark name="fail" />
          <div>
            <span className="semi">{capital(problem.message)}</span>
            <div className="t12 c3">Line {problem.line} of the text. What you typed is kept; the canvas shows the last text that could be read.</div>
          </div>
        </li>
      ))}
    </ul>
  );
}

const FIRST = 30;

function ProblemList({ problems }: { problems: readonly Problem[] }) {
  const [all, setAll] = useState(false);
  if (!problems.length) {
    return (
      <p className="row t12 c2">
        <Mark name="done" small /> Nothing stops it from being published.
      </p>
    );
  }
  const sorted = [...problems].sort((left, right) => Number(left.severity !== "error") - Number(right.severity !== "error"));
  return (
    <ul className="probs">
      {(all ? sorted : sorted.slice(0, FIRST)).map((problem) => (
        <ProblemRow problem={problem} key={`${problem.code}${problem.path}${problem.line}:${problem.column}${problem.message}`} />
      ))}
      {problems.length > FIRST && !all ? (
        <li>
          <button type="button" className="link" onClick={() => setAll(true)}>
            {plural(problems.length - FIRST, "more problem")}
          </button>
        </li>
      ) : null}
    </ul>
  );
}

function ProblemRow({ problem }: { problem: Problem }) {
  const document = useDocument();
  const store = useEditorStore();
  const readOnly = useEditor((state) => state.readOnly);
  const reveal = useReveal();
  const fix = readOnly ? null : fixOf(document, problem);
  const place = placeOfProblem(document, problem.path);
  const go = (): void => {
    focusOn(store, place.key, tabOf(place.path));
    if (place.key !== null) reveal(place.key, false);
  };
  const error = problem.severity === "error";
  return (
    <li className="prob">
      <Mark name={error ? "fail" : "soon"} />
      <button type="button" className="prob-words" onClick={go}>
        <span className="semi">{sentence(problem.message)}</span>
        <span className="t12 c3">
          <span className="mono">{problem.code}</span>, {error ? "blocks publishing" : "warning"}
          {problem.line > 0 ? `, line ${problem.line}` : ""}. {sentence(problem.hint ?? problem.expected ?? "")}
        </span>
      </button>
      {fix ? (
        <button type="button" className="btn btn--s" onClick={() => run(store, fix.command)}>
          {fix.label}
        </button>
      ) : null}
    </li>
  );
}

/** Names of the text are quoted as people quote them, and keep their small letters. */
export function sentence(words: string): string {
  const quoted = words.replaceAll(/`([^`]+)`/g, "“$1”");
  return /^[a-z]+[ ,:]/.test(quoted) && !/^[a-z_]+:/.test(quoted) ? capital(quoted) : quoted;
}

/** The tab of the inspector where the field stands. */
function tabOf(path: readonly (string | number)[]): string | null {
  const [first] = path;
  if (first === "owner" || first === "due" || first === "on_exception") return "exceptions";
  if (first === "retry" || first === "timeout") return "retry";
  if (first === "log" || first === "review" || first === "exceptions" || first === "approvals") return first === "approvals" ? "review" : first;
  return null;
}
