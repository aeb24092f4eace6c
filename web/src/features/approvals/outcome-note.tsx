import { Link } from "@tanstack/react-router";

import { Mark } from "@/components/mark";
import { When } from "@/components/time";
import { useNames } from "@/lib/people";

import type { ProposalDetail } from "./api";
import { stateWords } from "./words";

/** What became of it, for who comes after the decision or watched it being made elsewhere. */
export function Outcome({ proposal, verdict }: { proposal: ProposalDetail; verdict: (said: unknown) => string }) {
  const name = useNames();
  const last = proposal.decisions.at(-1);
  const good = ["applied", "applying", "approved"].includes(proposal.state);
  return (
    <div className={`note ${good ? "note--path" : ""}`} role="status">
      <Mark name={good ? "done" : "skip"} />
      <div>
        <b>{stateWords(proposal.state)}.</b>{" "}
        {last ? (
          <>
            {verdict(last.verdict)} by {name(last.actor)}
            {last.principal === last.actor ? "" : ` for ${name(last.principal)}`} <When time={last.decided_at} />
            {last.note ? `: “${last.note}”` : ""}.{" "}
          </>
        ) : null}
        {proposal.closed_why && !last ? `${proposal.closed_why}. ` : ""}
        <Link to="/runs/$run" params={{ run: proposal.run_id }}>
          What the run did
        </Link>
        {proposal.replaced_by ? (
          <>
            {" · "}
            <Link to="/inbox/approvals" search={{ id: proposal.replaced_by, show: "open" }}>
              The proposal that replaced it
            </Link>
          </>
        ) : null}
      </div>
    </div>
  );
}
