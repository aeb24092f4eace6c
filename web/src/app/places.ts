import { ClipboardCheck, Inbox, Play, Sun, type LucideIcon } from "lucide-react";

export interface Place {
  to: "/today" | "/inbox/approvals" | "/inbox/exceptions" | "/runs";
  name: string;
  icon: LucideIcon;
  /** Pressed after `g`. */
  key: string;
  badge?: "approvals" | "exceptions";
  group: number;
}

/** Every page there is; the side bar, the palette and the keys all come from here. */
export const PLACES: readonly Place[] = [
  { to: "/today", name: "Today", icon: Sun, key: "t", group: 0 },
  { to: "/inbox/approvals", name: "Approvals", icon: ClipboardCheck, key: "a", badge: "approvals", group: 1 },
  { to: "/inbox/exceptions", name: "Exceptions", icon: Inbox, key: "e", badge: "exceptions", group: 1 },
  { to: "/runs", name: "Runs", icon: Play, key: "r", group: 2 },
];
