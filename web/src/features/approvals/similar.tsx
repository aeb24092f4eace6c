import { useQuery } from "@tanstack/react-query";

import { Mark } from "@/components/mark";
import { Ago } from "@/components/time";
import { capital, plural } from "@/lib/format";

import { similarOptions, type Proposal } from "./api";
import { endWord, stateMark } from "./words";

/** Rows that are shown; the count says of how many. */
const SHOWN = 5;

/** "11 approved, 1 rejected": how often each end was reached, the most frequent first. */
export function endsWords(ended: readonly Pick<Proposal, "state">[]): string {
  const counts = new Map<string, number>();
  for (const { state } of ended) counts.set(endWord(state), (counts.get(endWord(state)) ?? 0) + 1);
  const byCount = [...counts].sort(([, one], [, other]) => other - one);
  return byCount.map(([word, count]) => `${count} ${word}`).join(", ");
}

/** What was decided about the same before: differing in values only. */
export function Similar({ id }: { id: string }) {
  const { data } = useQuery(similarOptions(id));
  const ended = data?.items ?? [];
  return (
    <section className="stack" aria-label="Similar decisions">
      <h3 className="h3">Similar decisions</h3>
      {data && ended.length === 0 ? <p className="t12 c3">None before: this is the first of its shape in this version.</p> : null}
      {ended.length > 0 ? (
        <>
          <p className="t12 c2">
            {ended.length === 1 ? "The one before" : `Of the last ${plural(ended.length, "decision")}`}: {endsWords(ended)}.
          </p>
          <ul className="before-list t12">
            {ended.slice(0, SHOWN).map((one) => (
              <li key={one.proposal_id}>
                <Mark name={stateMark(one.state)} />
                <span className="clamp" title={one.summary}>
                  {one.summary}
                </span>
                <span className="c3">
                  {capital(endWord(one.state))} {one.closed_at ? <Ago time={one.closed_at} /> : null}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}
