import { describe, expect, it } from "vitest";

import { accepted, changedElsewhere, conflicted, failed, opened, resolved, retryAfter, sending, statusOf, toSend } from "./save-state";

const first = opened({ text: "a", version: "1" });

describe("keeping the draft", () => {
  it("saves what changed, once, and what was typed meanwhile afterwards", () => {
    expect(statusOf(first, "a")).toBe("saved");
    expect(toSend(first, "a")).toBeNull();
    expect(toSend(first, "ab")).toEqual({ text: "ab", from: "1" });
    const under = sending(first, "ab");
    expect(statusOf(under, "abc")).toBe("saving");
    expect(toSend(under, "abc")).toBeNull();
    const next = accepted(under, "2");
    expect(statusOf(next, "abc")).toBe("dirty");
    expect(toSend(next, "abc")).toEqual({ text: "abc", from: "2" });
    expect(statusOf(next, "ab")).toBe("saved");
  });

  it("tries again, and waits longer each time", () => {
    let state = first;
    const waits = Array.from({ length: 8 }, () => {
      state = failed(sending(state, "ab"), "The server does not answer");
      return retryAfter(state);
    });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
    expect(statusOf(state, "ab")).toBe("failed");
    expect(toSend(state, "ab")).toEqual({ text: "ab", from: "1" });
    expect(retryAfter(accepted(sending(state, "ab"), "2"))).toBe(0);
  });

  it("keeps both texts when another tab was first, until somebody has chosen", () => {
    const state = conflicted(sending(first, "mine"), { text: "theirs", version: "2" });
    expect(statusOf(state, "mine")).toBe("conflict");
    expect(toSend(state, "mine")).toBeNull();
    expect(toSend(resolved(state), "mine")).toEqual({ text: "mine", from: "2" });
    expect(statusOf(resolved(state), "theirs")).toBe("saved");
    expect(statusOf(conflicted(sending(first, "same"), { text: "same", version: "2" }), "same")).toBe("saved");
  });

  it("takes another tab's text over where nothing was changed here", () => {
    expect(changedElsewhere(first, { text: "b", version: "2" }, "a")).toEqual({ state: opened({ text: "b", version: "2" }), takeOver: true });
    expect(changedElsewhere(first, { text: "b", version: "2" }, "mine").state.theirs?.text).toBe("b");
    expect(changedElsewhere(first, { text: "a", version: "1" }, "mine")).toEqual({ state: first, takeOver: false });
    expect(changedElsewhere(first, { text: "mine", version: "2" }, "mine").takeOver).toBe(false);
  });
});
