import { useId, useState, type SubmitEvent } from "react";

import { Owner } from "@/components/pieces";
import { Refusal } from "@/components/states";
import { Ago } from "@/components/time";
import { useMayAct } from "@/lib/me";
import { useNames } from "@/lib/people";

import { useComment, type Comment, type ProposalDetail } from "./api";
import { threads } from "./talk";

export function Comments({ proposal }: { proposal: ProposalDetail }) {
  const title = useId();
  const maySay = useMayAct();
  const open = proposal.state === "open";
  if (proposal.comments.length === 0 && !maySay) return null;
  return (
    <section className="stack stack--3 comments" aria-labelledby={title}>
      <h3 className="h3" id={title}>
        Comments
      </h3>
      {proposal.comments.length === 0 ? null : (
        <ul className="stack">
          {threads(proposal.comments).map(({ comment, answers }) => (
            <li className="note t13 comment" key={comment.comment_id}>
              <One comment={comment} open={open} />
              {answers.map((answer) => (
                <div className="comment-answer" key={answer.comment_id}>
                  <One comment={answer} open={open} />
                </div>
              ))}
              {open && comment.asks && !comment.answered_at && (maySay || proposal.asks_you) ? <AnswerTo question={comment} proposal={proposal} /> : null}
            </li>
          ))}
        </ul>
      )}
      {maySay ? <Say id={proposal.proposal_id} label="Comment" hint="Say what the next one should know" does="Comment" /> : null}
    </section>
  );
}

/** Who is asked has the field before them; everybody else may answer in their place. */
function AnswerTo({ question, proposal }: { question: Comment; proposal: ProposalDetail }) {
  const [opened, setOpened] = useState(proposal.asks_you === true);
  if (opened) return <Say id={proposal.proposal_id} label="Answer" does="Answer" answers={question.comment_id} />;
  return (
    <div>
      <button type="button" className="btn btn--s" onClick={() => setOpened(true)}>
        Answer in their place
      </button>
    </div>
  );
}

function One({ comment, open }: { comment: Comment; open: boolean }) {
  const name = useNames();
  return (
    <div className="stack comment-one">
      <span className="row row--wrap t12 c2">
        <b>{name(comment.by)}</b>
        {comment.asks ? (
          <>
            asks <Owner owner={comment.asks} />
          </>
        ) : comment.answers ? (
          "answers"
        ) : null}
        <Ago time={comment.at} />
        {comment.asks && !comment.answered_at ? <span className="chip chip--line">{open ? "No answer yet" : "Was not answered"}</span> : null}
      </span>
      <span className="breaks comment-text">{comment.text}</span>
    </div>
  );
}

function Say({ id, label, hint, does, answers }: { id: string; label: string; hint?: string; does: string; answers?: string }) {
  const [text, setText] = useState("");
  const comment = useComment(id);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const said = text.trim();
    if (said) comment.mutate({ text: said, ...(answers ? { answers } : {}) }, { onSuccess: () => setText("") });
  };
  return (
    <>
      <form className="row comment-form" onSubmit={submit}>
        <input className={answers ? "input answer-field" : "input"} aria-label={label} placeholder={hint} value={text} onChange={(event) => setText(event.target.value)} />
        <button type="submit" className="btn" disabled={!text.trim() || comment.isPending}>
          {does}
        </button>
      </form>
      <Refusal error={comment.error} />
    </>
  );
}
