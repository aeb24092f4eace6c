import { create } from "zustand";

export type Reach = "live" | "reconnecting" | "offline";

/** Whether the server is heard, by its stream of changes or by an answer. */
export const useConnection = create<{ reach: Reach; since: number }>()(() => ({ reach: "live", since: Date.now() }));

export function setReach(reach: Reach): void {
  if (useConnection.getState().reach !== reach) useConnection.setState({ reach, since: Date.now() });
}
