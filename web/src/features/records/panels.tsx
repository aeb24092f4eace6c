import { Link } from "@tanstack/react-router";

import { Mark, type MarkName } from "@/components/mark";
import { Owner, System } from "@/components/pieces";
import { Due, When } from "@/components/time";
import { Value } from "@/components/value";
import { hundredths, money, systemName, words } from "@/lib/format";

import type { Exception, Found, Proposal, Run } from "./api";
import { knownFields, storyOf, type Known, type Line } from "./story";

const RUN_MARKS: Record<string, MarkName> = { succeeded: "done", failed: "fail", waiting: "pause", running: "run", cancelled: "skip", queued: "idle" };

export function GoingOn({ found }: { found: Found }) {
  const { exceptions, proposals, runs } = found;
  const open = exceptions.filter((one) => !one.resolved_at && !["dismissed", "superseded"].includes(one.state));
  const waiting = proposals.filter((one) => one.state === "open");
  return (
    <section className="panel">
      <header>
        <h2 className="h2">What is going on</h2>
        <span className="badge">{open.length + waiting.length}</span>
      </header>
      {open.length + waiting.length === 0 ? <p className="body c2">Nothing waits for anybody.</p> : null}
      <ul className="list">
        {waiting.map((one) => (
          <ProposalLine key={one.proposal_id} proposal={one} />
        ))}
        {open.map((one) => (
          <ExceptionLine key={one.exception_id} exception={one} />
        ))}
        {runs.length > 0 ? <li className="list-head h3">Runs, the newest first</li> : null}
        {runs.slice(0, 12).map((one) => (
          <RunLine key={one.run_id} run={one} />
        ))}
      </ul>
    </section>
  );
}

function ProposalLine({ proposal }: { proposal: Proposal }) {
  return (
    <li>
      <Mark name="gate" />
      <div className="two">
        <Link className="text-ink clamp" to="/inbox/approvals" search={{ id: proposal.proposal_id, show: "open" }} title={proposal.summary}>
          {proposal.summary}
        </Link>
        <span className="t12 tx-review">Waits for approval</span>
      </div>
      <span className="push num med">{proposal.money ? money(proposal.money) : ""}</span>
    </li>
  );
}

function ExceptionLine({ exception }: { exception: Exception }) {
  return (
    <li>
      <Mark name="exc" />
      <div className="two">
        <Link className="text-ink clamp" to="/inbox/exceptions" search={{ id: exception.exception_id }} title={exception.sentence}>
          {exception.sentence}
        </Link>
        <span className="row row--wrap t12">
          <span className="tx-exc">Stopped</span>
          <Owner owner={exception.owner} person={exception.person ?? null} />
          <Due time={exception.due_at} small />
        </span>
      </div>
      <span className="push num med">{exception.money ? hundredths(exception.money) : null}</span>
    </li>
  );
}

function RunLine({ run }: { run: Run }) {
  return (
    <li>
      <span className="state tx-c2">
        <Mark name={RUN_MARKS[run.status] ?? "idle"} />
        {words(run.status)}
      </span>
      <Link className="text-ink cut" to="/runs/$run" params={{ run: run.run_id }}>
        {run.workflow}
      </Link>
      <span className="push c3 t12 nowrap">
        <When time={run.created_at} />
      </span>
    </li>
  );
}

export function History({ found }: { found: Found }) {
  const story = storyOf(found);
  return (
    <section className="panel">
      <header>
        <h2 className="h2">History</h2>
        <span className="badge">{story.length}</span>
      </header>
      <div className="body">
        <ol className="tline">
          {story.slice(0, 40).map((line) => (
            <StoryLine key={line.key} line={line} />
          ))}
        </ol>
        {story.length > 40 ? <p className="help">{story.length - 40} older ones are not shown here.</p> : null}
      </div>
    </section>
  );
}

function StoryLine({ line }: { line: Line }) {
  const { kind, id } = line.to;
  return (
    <li className={line.mark === "exc" ? "exc" : ""}>
      <Mark name={line.mark} />
      <p>
        {kind === "run" ? (
          <Link className="text-ink" to="/runs/$run" params={{ run: id }}>
            {line.words}
          </Link>
        ) : kind === "proposal" ? (
          <Link className="text-ink" to="/inbox/approvals" search={{ id, show: "open" }}>
            {line.words}
          </Link>
        ) : (
          <Link className="text-ink" to="/inbox/exceptions" search={{ id }}>
            {line.words}
          </Link>
        )}
      </p>
      <When time={line.at} />
      {line.detail ? <p>{line.detail}</p> : null}
    </li>
  );
}

export function Fields({ found }: { found: Found }) {
  const known = knownFields(found);
  if (known.length === 0) return null;
  return known.map((one) => <RecordTable key={one.record} known={one} />);
}

function RecordTable({ known }: { known: Known }) {
  const systems = [...new Set(known.fields.flatMap((field) => Object.keys(field.bySystem)))];
  return (
    <section className="panel panel--list" aria-label={known.record}>
      <table className="tbl tbl--top tbl--cards">
        <thead>
          <tr>
            <th scope="col">{known.record}</th>
            {systems.map((system) => (
              <th scope="col" key={system}>
                <System name={system} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {known.fields.map(({ field, bySystem }) => (
            <tr key={field}>
              <td className="med">{words(field)}</td>
              {systems.map((system) => {
                const cell = bySystem[system];
                return (
                  <td key={system} data-l={systemName(system)}>
                    {cell ? (
                      <div className="val">
                        <Value value={cell.value} />
                        <small>
                          <Mark name={cell.state === "applied" ? "done" : cell.state === "open" ? "gate" : "skip"} small />
                          {cell.state === "applied" ? "Written" : cell.state === "open" ? "Proposed" : words(cell.state)} <When time={cell.at} />
                        </small>
                      </div>
                    ) : (
                      <span className="c3 t12">Not seen here</span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
