import { describe, expect, it } from "vitest";

import type { Comment } from "./api";
import { threads } from "./talk";

const comment = (comment_id: string, more: Partial<Comment> = {}): Comment => ({ comment_id, by: "ana", text: comment_id, at: "2026-01-31T08:15:00Z", asks: null, answered_at: null, answers: null, ...more });

describe("threads", () => {
  it("puts answers under their question and loses nothing", () => {
    const said = [comment("q", { asks: "person:ben" }), comment("note"), comment("a", { answers: "q" }), comment("b", { answers: "q" })];
    expect(threads(said).map((one) => [one.comment.comment_id, one.answers.map((answer) => answer.comment_id)])).toEqual([
      ["q", ["a", "b"]],
      ["note", []],
    ]);
  });

  it("keeps an answer whose question is not there", () => {
    expect(threads([comment("a", { answers: "gone" })]).map((one) => one.comment.comment_id)).toEqual(["a"]);
  });
});
