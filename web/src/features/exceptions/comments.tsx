import { useState, type SubmitEvent } from "react";

import { Refusal } from "@/components/states";
import { Ago } from "@/components/time";
import { useNames } from "@/lib/people";

import { useComment, type ExceptionDetail } from "./api";

export function Comments({ exception }: { exception: ExceptionDetail }) {
  const name = useNames();
  const [text, setText] = useState("");
  const comment = useComment(exception.exception_id);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (text.trim()) comment.mutate(text.trim(), { onSuccess: () => setText("") });
  };
  return (
    <>
      {exception.comments.map((one) => (
        <div className="note t12" key={one.comment_id}>
          <span className="breaks">
            <b>
              {name(one.by)}, <Ago time={one.at} />:
            </b>{" "}
            {one.text}
          </span>
        </div>
      ))}
      <form className="row comment-form" onSubmit={submit}>
        <input className="input" aria-label="Comment" placeholder="Say what you know" value={text} onChange={(event) => setText(event.target.value)} />
        <button type="submit" className="btn" disabled={!text.trim() || comment.isPending}>
          Comment
        </button>
      </form>
      <Refusal error={comment.error} />
    </>
  );
}
