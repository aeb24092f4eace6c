import type { ReactNode } from "react";

import { sentence } from "@/lib/format";
import { Refused, Unreachable } from "@/lib/http";

import { Mark } from "./mark";

/** An empty place says what would stand here and what makes it come. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <svg className="art" viewBox="0 0 160 48" fill="none" aria-hidden="true">
        <path d="M4 16h152" stroke="var(--path-soft)" strokeWidth="11" strokeLinecap="round" />
        <path d="M4 16h152" stroke="var(--path-line)" strokeWidth="3" />
        <path d="M80 16v10q0 12 12 12h22" stroke="var(--line-2)" strokeWidth="2" strokeDasharray="5 4" />
        <circle cx="80" cy="16" r="6" fill="var(--surface)" stroke="var(--path-line)" strokeWidth="2.500" />
      </svg>
      <p className="h2 text-ink">{title}</p>
      {children === undefined ? null : <p className="empty-words">{children}</p>}
    </div>
  );
}

/** Rows of the height that the real ones will have. */
export function Skeleton({ rows, two = false }: { rows: number; two?: boolean }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div className={two ? "skel-row skel-row--two" : "skel-row"} key={row}>
          <span className={`skel skel-w${row % 3}`} />
          {two ? <span className="skel skel-w3" /> : null}
        </div>
      ))}
    </div>
  );
}

const happened = (error: Error): string =>
  error instanceof Unreachable ? "The server does not answer" : error instanceof Refused && error.status === 404 ? "There is nothing here" : "This could not be loaded";

/** What stands between backticks is a name: it is set as one. */
export const named = (text: string): ReactNode[] => text.split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part));

/** What happened, what was kept, what to do. */
export function Failed({ error, again, kept }: { error: Error; again?: () => void; kept?: string }) {
  const refused = error instanceof Refused ? error : null;
  const whole = kept ?? (refused !== null && refused.status >= 500 ? "Nothing is lost by that" : undefined);
  return (
    <div className="empty" role="alert">
      <Mark name="fail" />
      <p className="h2 text-ink">{happened(error)}</p>
      <p className="empty-words">
        {named([refused?.message ?? "What the server keeps is not touched by that", refused?.hint, whole].flatMap((one) => (one ? [sentence(one)] : [])).join(" "))}
      </p>
      {refused?.code ? <p className="id">{refused.code}</p> : null}
      {again ? (
        <button type="button" className="btn" onClick={again}>
          Try again
        </button>
      ) : null}
    </div>
  );
}

/** A refusal beside the control that met it. */
export function Refusal({ error }: { error: Error | null }) {
  if (error === null) return null;
  const refused = error instanceof Refused ? error : null;
  return (
    <div className="note note--risk" role="alert">
      <Mark name="fail" />
      <div>
        <b>{error instanceof Unreachable ? "The server does not answer." : named(sentence(error.message))}</b> {error instanceof Unreachable ? "What you typed is still here; sent again, it is done once." : refused?.hint ? named(sentence(refused.hint)) : null}
        {refused?.problems.length ? (
          <ul className="stack mt-1">
            {refused.problems.map((problem) => (
              <li key={`${problem.path}${problem.message}`}>
                <span className="mono">{problem.path}</span> {problem.message}
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </div>
  );
}
