import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";

import { Mark } from "@/components/mark";
import { CopyId } from "@/components/pieces";
import { Failed, Skeleton } from "@/components/states";
import { Ago, When } from "@/components/time";
import { plain } from "@/components/value";
import { useNow } from "@/lib/now";

import { Actions } from "./actions";
import { causeOptions, isSnoozed, proposalOptions, type ProposalDetail } from "./api";
import { Comments } from "./comments";
import { OperationCard } from "./operations";
import { Aside, verdictWord } from "./outcomes";
import { Outcome } from "./outcome-note";
import { checkWords, question, stateMark, stateWords } from "./words";

/** Why now: what began the run that asks. */
function Cause({ proposal }: { proposal: ProposalDetail }) {
  const run = useQuery(causeOptions(proposal.run_id)).data;
  const keys = Object.entries(run?.keys ?? {});
  return (
    <p className="read">
      <b className="med">Why now:</b> {proposal.workflow} version {proposal.version} has come to its step <span className="mono">{proposal.path}</span>
      {keys.length === 0 ? "" : ` for ${keys.map(([name, value]) => `${name} ${plain(value)}`).join(", ")}`}. Nothing has been sent yet.{" "}
      <Link to="/runs/$run" params={{ run: proposal.run_id }}>
        The run so far
      </Link>
    </p>
  );
}

function Head({ proposal, back }: { proposal: ProposalDetail; back: () => void }) {
  const now = useNow();
  const open = proposal.state === "open";
  const mine = open && (proposal.for_you?.length ?? 0) > 0;
  const off = open && isSnoozed(proposal, now) ? proposal.snoozed_until : null;
  const tone = off ? "" : open ? "chip--review" : proposal.state === "applied" ? "chip--path" : "";
  return (
    <div className="stack">
      <div className="row row--wrap t12 c3">
        <button type="button" className="btn btn--s btn--icon btn--quiet narrow" aria-label="Back to the list" onClick={back}>
          <ArrowLeft className="i" aria-hidden="true" />
        </button>
        <span className={`chip ${tone}`}>
          <Mark name={off ? "pause" : stateMark(proposal.state)} />
          {off ? (
            <span>
              Put off until <When time={off} />
            </span>
          ) : mine ? (
            "Waits for you"
          ) : (
            stateWords(proposal.state)
          )}
        </span>
        <CopyId id={proposal.proposal_id} />
        <span className="wide">
          Asked <Ago time={proposal.opened_at} /> by {proposal.workflow} v{proposal.version}
        </span>
      </div>
      <h2 className="h1">{question(proposal)}</h2>
      {open ? <Cause proposal={proposal} /> : <Outcome proposal={proposal} verdict={verdictWord} />}
    </div>
  );
}

export function ApprovalDetail({ id, back, next }: { id: string; back: () => void; next: () => void }) {
  const query = useQuery(proposalOptions(id));
  if (query.data === undefined) {
    return <article className="detail detail--wait">{query.error ? <Failed error={query.error} again={() => void query.refetch()} /> : <Skeleton rows={8} />}</article>;
  }
  const proposal = query.data;
  const checks = [...new Set(proposal.operations.map((one) => checkWords(one.precondition)))];
  return (
    <article className="detail" aria-label={question(proposal)}>
      <div className="lead" tabIndex={0} role="group" aria-label="The decision">
        <Head proposal={proposal} back={back} />
        <div className="stack stack--3">
          {proposal.operations.map((operation, at) => (
            <OperationCard key={operation.idempotency_key} operation={operation} at={at + 1} />
          ))}
        </div>
        <div className="note t12 lead-note">
          <Mark name="idle" />
          <span>
            <b>Checked again when sent.</b> {checks.join(" ")}
          </span>
        </div>
        <Comments proposal={proposal} />
      </div>
      <Aside proposal={proposal} />
      <Actions proposal={proposal} decided={next} key={proposal.proposal_id} />
    </article>
  );
}
