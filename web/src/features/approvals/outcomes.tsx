import { Owner, Person } from "@/components/pieces";
import { Due, When } from "@/components/time";
import { Mark } from "@/components/mark";
import { useNow } from "@/lib/now";
import { capital, money, words } from "@/lib/format";

import type { ProposalDetail } from "./api";
import { Similar } from "./similar";
import { undoWords } from "./words";

function WhatHappens({ proposal }: { proposal: ProposalDetail }) {
  const systems = [...new Set(proposal.operations.map((one) => words(one.system)))].join(" and ");
  const writes = proposal.operations.length === 1 ? "one write is" : `${proposal.operations.length} writes, in this order, are`;
  return (
    <section className="stack">
      <h3 className="h3">What happens</h3>
      <dl className="out">
        <dt>Approve</dt>
        <dd>The previewed {writes} sent to {systems}, once, and the run goes on.</dd>
        <dt>Reject</dt>
        <dd>Nothing is sent. The run takes its exception path with your reason.</dd>
        <dt>Silence</dt>
        <dd>
          Nothing is sent. It expires <When time={proposal.expires_at} /> and becomes an exception.
        </dd>
      </dl>
    </section>
  );
}

function Stakes({ proposal }: { proposal: ProposalDetail }) {
  return (
    <section className="stack">
      <h3 className="h3">At stake</h3>
      <dl className="out">
        <dt>Money</dt>
        <dd className="med">{proposal.money ? money(proposal.money) : "None"}</dd>
        <dt>Undo</dt>
        <dd className={proposal.irreversible ? "row tx-risk" : ""}>
          {proposal.irreversible ? <Mark name="late" small /> : null}
          {proposal.irreversible ? "Cannot be undone here" : undoWords(proposal.operations[0]?.undo)}
        </dd>
        {proposal.state === "open" ? (
          <>
            <dt>Decide by</dt>
            <dd>
              <Due time={proposal.expires_at} small />
            </dd>
          </>
        ) : null}
      </dl>
    </section>
  );
}

function WhoElse({ proposal }: { proposal: ProposalDetail }) {
  const open = proposal.state === "open";
  return (
    <section className="stack">
      <h3 className="h3">{open ? "Who decides" : "Who was asked"}</h3>
      <ul className="stack stack--3">
        {proposal.rules.map((rule) => (
          <li className="stack who-rule" key={`${rule.rule}${rule.because}`}>
            <span className="t12 c2">
              {rule.approved_by.length} of {rule.needed} by <b>{words(rule.rule)}</b>, because {rule.because}
            </span>
            <span className="row row--wrap">
              {rule.asked.map((who) => (
                <Person who={who} key={who} />
              ))}
              {open && rule.asked.length === 0 ? <span className="c3">Nobody who may decide</span> : null}
            </span>
          </li>
        ))}
      </ul>
      {proposal.state === "open" ? <Next proposal={proposal} /> : null}
      {proposal.requested_by.length === 0 ? null : <p className="t12 c2">Asked for by {proposal.requested_by.join(", ")}, who has no say.</p>}
      {proposal.edited_by.length === 0 ? null : <p className="t12 c2">Edited by {proposal.edited_by.join(", ")}.</p>}
    </section>
  );
}

/** Who is next: what silence does before it ends. */
function Next({ proposal }: { proposal: ProposalDetail }) {
  const now = useNow();
  const steps = proposal.silence.filter((one) => one.does !== "expire" && new Date(one.at) > now);
  if (steps.length === 0) return null;
  return (
    <ul className="stack who-rule t12 c2" aria-label="Who is next">
      {steps.map((one) => (
        <li key={`${one.at}${one.does}`}>
          {one.does === "remind" ? "Whoever has not decided is reminded" : <AskedAsWell whom={one.whom} />} <When time={one.at} />
        </li>
      ))}
    </ul>
  );
}

function AskedAsWell({ whom }: { whom: readonly string[] }) {
  return (
    <>
      {whom.map((owner) => (
        <Owner owner={owner} key={owner} />
      ))}{" "}
      {whom.length === 1 ? "is" : "are"} asked as well
    </>
  );
}

/** `approve` and the like, however the decision is kept. */
export const verdictWord = (verdict: unknown): string => {
  const name = typeof verdict === "string" ? verdict : typeof verdict === "object" && verdict !== null ? (Object.keys(verdict)[0] ?? "") : "";
  return name.startsWith("approve") ? (name === "approve" ? "Approved" : "Approved with edits") : name === "reject" ? "Rejected" : capital(name);
};

export function Decisions({ proposal }: { proposal: ProposalDetail }) {
  if (proposal.decisions.length === 0) return null;
  return (
    <section className="stack">
      <h3 className="h3">{proposal.state === "open" ? "Decisions so far" : "Decisions"}</h3>
      <ul className="stack">
        {proposal.decisions.map((one) => (
          <li className="stack who-rule" key={one.decision_id}>
            <span className="row">
              <Mark name={verdictWord(one.verdict) === "Rejected" ? "skip" : "done"} small />
              <b>{verdictWord(one.verdict)}</b> by <Person who={one.actor} />
            </span>
            <span className="t12 c2">
              <When time={one.decided_at} />
              {typeof one.reason === "string" ? `, ${words(one.reason).toLowerCase()}` : ""}
              {one.note ? `: ${one.note}` : ""}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Aside({ proposal }: { proposal: ProposalDetail }) {
  return (
    <aside className="aside" aria-label="What is at stake, and who decides" tabIndex={0}>
      {proposal.state === "open" ? <WhatHappens proposal={proposal} /> : null}
      <Stakes proposal={proposal} />
      <WhoElse proposal={proposal} />
      <Decisions proposal={proposal} />
      <Similar id={proposal.proposal_id} />
    </aside>
  );
}
