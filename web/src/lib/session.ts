import { create } from "zustand";

interface Session {
  /** The server asked for a sign-in; what was under way waits for it. */
  signedOut: boolean;
}

export const useSession = create<Session>()(() => ({ signedOut: false }));

/** Somebody else signed in: what the one before had under way is not sent in another name. */
export class SomebodyElse extends Error {
  override readonly name = "SomebodyElse";
  constructor() {
    super("somebody else has signed in; nothing was sent in their name");
  }
}

let waiting: { resume: () => void; refuse: (error: Error) => void }[] = [];

/** Resolves when the same person has signed in again, so that a request can go on where it stopped. */
export function signInNeeded(): Promise<void> {
  useSession.setState({ signedOut: true });
  return new Promise((resume, refuse) => waiting.push({ resume, refuse }));
}

export function signedIn(samePerson: boolean): void {
  const held = waiting;
  waiting = [];
  useSession.setState({ signedOut: false });
  for (const { resume, refuse } of held) {
    if (samePerson) resume();
    else refuse(new SomebodyElse());
  }
}
