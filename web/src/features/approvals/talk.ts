import type { Comment } from "./api";

/** A comment with what answers it. */
export interface Thread {
  comment: Comment;
  answers: readonly Comment[];
}

/** Answers stand under their question, everything else in the order in which it was said. */
export function threads(comments: readonly Comment[]): Thread[] {
  const known = new Set(comments.map((one) => one.comment_id));
  const isAnswer = (one: Comment) => Boolean(one.answers && known.has(one.answers));
  return comments.filter((one) => !isAnswer(one)).map((comment) => ({ comment, answers: comments.filter((one) => one.answers === comment.comment_id) }));
}
