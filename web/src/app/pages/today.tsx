import { Link, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";

import { Mark, type MarkName } from "@/components/mark";
import { Owner, Person } from "@/components/pieces";
import { Empty, Failed, Skeleton } from "@/components/states";
import { Due } from "@/components/time";
import { useProposals, type Proposal } from "@/features/approvals/api";
import { isMine, useExceptions, useMine, type Exception } from "@/features/exceptions/api";
import { changed, markOf } from "@/features/exceptions/words";
import { useAsks, type Ask } from "@/features/today/api";
import { MovedByItself, Unhealthy } from "@/features/today/panels";
import { hundredths, longDay, money, plural, urgency } from "@/lib/format";
import { useMe, useRight } from "@/lib/me";
import { useNow } from "@/lib/now";
import { usePublishRequests, type PublishRequest } from "@/lib/publishing";

import { useIsNew } from "../guide/is-new";

const Guide = lazy(() => import("../guide/guide").then((module) => ({ default: module.Guide })));

interface Work {
  id: string;
  /** Nothing where it has no deadline: it stands behind what has one. */
  due: string | null;
  mark: MarkName;
  title: string;
  second: string;
  exception?: Exception;
  proposal?: Proposal;
  ask?: Ask;
  request?: PublishRequest;
}

const workOfProposal = (proposal: Proposal): Work => ({ id: proposal.proposal_id, due: proposal.expires_at, mark: "gate", title: proposal.summary, second: `${proposal.asks_you ? "You are asked about it, " : ""}${proposal.workflow} v${proposal.version}`, proposal });

const workOfException = (exception: Exception): Work => {
  const what = changed(exception.what_changed);
  return { id: exception.exception_id, due: exception.due_at, mark: markOf(exception), title: exception.sentence, second: [what.title, what.about].filter(Boolean).join(", "), exception };
};

const workOfAsk = (ask: Ask): Work => ({ id: ask.ask_id, due: ask.due_at, mark: "owner", title: ask.question, second: `A question of ${ask.workflow}`, ask });

const workOfRequest = (request: PublishRequest): Work => ({ id: request.request_id, due: null, mark: "gate", title: `Look at ${request.workflow} before it is published`, second: request.note || "A second person is asked", request });

const byDue = ({ due: one }: Work, { due: other }: Work): number => (one === null || other === null ? Number(one === null) - Number(other === null) : one.localeCompare(other));

const COUNTS = ["Nothing needs", "One thing needs", "Two things need", "Three things need", "Four things need", "Five things need", "Six things need", "Seven things need", "Eight things need", "Nine things need"];

export function headline(count: number, late: number): string {
  const needs = COUNTS[count] ?? `${count.toLocaleString("en-GB")} things need`;
  const overdue = late === 0 ? "" : late === 1 ? " One is overdue." : ` ${late} are overdue.`;
  return `${needs} you.${overdue}`;
}

export function TodayPage() {
  const now = useNow();
  const mine = useMine();
  const proposals = useProposals("mine");
  const exceptions = useExceptions("open", {});
  const asks = useAsks();
  const requests = usePublishRequests();
  const me = useMe();
  const builds = useRight("build");
  const isNew = useIsNew();
  useEffect(() => {
    document.title = "Today · Throughline";
  }, []);
  const yours = mine ? exceptions.items.filter((one) => isMine(one, mine)) : [];
  const looks = builds === true ? requests.items.filter((one) => one.asked_by !== me?.person_id) : [];
  const asked = mine ? asks.items.filter((one) => isMine(one, mine)) : [];
  const work = [...proposals.items.map(workOfProposal), ...yours.map(workOfException), ...asked.map(workOfAsk), ...looks.map(workOfRequest)].sort(byDue);
  const others = exceptions.items.filter((one) => !yours.includes(one));
  const late = work.filter((one) => one.due !== null && urgency(one.due, now) === "overdue").length;
  const loading = proposals.loading || exceptions.loading || asks.loading;
  const error = proposals.error ?? exceptions.error ?? asks.error;
  return (
    <>
      <header className="top">
        <h1 className="h2">{longDay(now)}</h1>
      </header>
      <div className="page">
        <div className="stack">
          <h2 className="h1">{loading ? "Looking at what needs you" : error ? "What needs you is not known." : headline(work.length, late)}</h2>
          <p className="c2">{loading || error ? "Runs go on in the meantime." : null}
            {others.length > 0 ? `${plural(others.length, "more exception")} ${others.length === 1 ? "is" : "are"} with others. ` : ""}{loading || error ? "" : isNew ? "Nothing has gone through here yet." : "Everything else is moving."}</p>
        </div>
        <FirstSteps />
        <div className="cols">
          <div className="stack stack--4">
            <NeedsPanel work={work} loading={loading} error={error} again={() => { proposals.again(); exceptions.again(); asks.again(); }} />
            {others.length > 0 ? <OthersPanel others={others} /> : null}
          </div>
          <div className="stack stack--4">
            <MovedByItself />
            <Unhealthy />
          </div>
        </div>
      </div>
    </>
  );
}

function FirstSteps() {
  const { guide } = useSearch({ from: "/today" });
  const asked = guide !== undefined;
  const isNew = useIsNew();
  if (!asked && !isNew) return null;
  return (
    <Suspense fallback={null}>
      <Guide asked={asked} />
    </Suspense>
  );
}

function NeedsPanel({ work, loading, error, again }: { work: readonly Work[]; loading: boolean; error: Error | null; again: () => void }) {
  return (
    <section className="panel">
      <header>
        <h2 className="h2">Needs you</h2>
        {work.length > 0 ? <span className="badge">{work.length}</span> : null}
        <span className="t12 c3 push">by deadline</span>
      </header>
      {loading ? <Skeleton rows={4} two /> : error ? <Failed error={error} again={again} kept="Nothing is lost by that." /> : work.length === 0 ? <Empty title="Nothing needs you now">Approvals you are asked for, questions of workflows and exceptions that are yours, your team's or your role's come here by themselves.</Empty> : <WorkList work={work.slice(0, 50)} />}
    </section>
  );
}

function WorkList({ work }: { work: readonly Work[] }) {
  return (
    <ul className="work">
      {work.map((one) => (
        <li key={one.id}>
          <Mark name={one.mark} />
          <div className="two">
            <WorkLink work={one} />
            <span className="cut">{one.second}</span>
          </div>
          <span className="work-who">{one.exception ? <Owner owner={one.exception.owner} person={one.exception.person ?? null} /> : one.ask ? <Owner owner={one.ask.owner} /> : one.request ? <Person who={one.request.asked_by} /> : <MyName />}</span>
          {one.due === null ? <span className="c3">No deadline</span> : <Due time={one.due} />}
          <span className="num med">{one.proposal?.money ? money(one.proposal.money) : one.exception?.money ? hundredths(one.exception.money) : ""}</span>
        </li>
      ))}
    </ul>
  );
}

const MyName = () => {
  const me = useMe();
  return me?.person_id ? <Person who={me.person_id} /> : null;
};

function WorkLink({ work }: { work: Work }) {
  // The form of a question is a page of the server's own, which also works without script.
  if (work.ask) {
    return (
      <a className="work-link semi clamp" href={`/asks/${work.id}`} title={work.title}>
        {work.title}
      </a>
    );
  }
  if (work.request) {
    return (
      <Link className="work-link semi clamp" to="/workflows/$workflow/edit" params={{ workflow: work.request.workflow }} search={{}} title={work.title}>
        {work.title}
      </Link>
    );
  }
  return work.proposal ? (
    <Link className="work-link semi clamp" to="/inbox/approvals" search={{ id: work.id }} title={work.title}>
      {work.title}
    </Link>
  ) : (
    <Link className="work-link semi clamp" to="/inbox/exceptions" search={{ id: work.id }} title={work.title}>
      {work.title}
    </Link>
  );
}

function OthersPanel({ others }: { others: readonly Exception[] }) {
  return (
    <section className="panel">
      <header>
        <h2 className="h2">With others</h2>
        <span className="badge">{others.length}</span>
      </header>
      <WorkList work={others.slice(0, 10).map(workOfException)} />
    </section>
  );
}
