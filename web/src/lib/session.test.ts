import { expect, it } from "vitest";

import { signedIn, signInNeeded, SomebodyElse, useSession } from "./session";

it("what was under way goes on when the same person signs in again", async () => {
  const held = signInNeeded();
  expect(useSession.getState().signedOut).toBe(true);
  signedIn(true);
  await expect(held).resolves.toBeUndefined();
  expect(useSession.getState().signedOut).toBe(false);
});

it("nothing is sent in the name of somebody else", async () => {
  const held = signInNeeded();
  signedIn(false);
  await expect(held).rejects.toBeInstanceOf(SomebodyElse);
});
