import { BookUser, ChartLine, ClipboardCheck, Inbox, Map as MapIcon, Play, Plug, Puzzle, Settings, Sun, Users, Workflow, type LucideIcon } from "lucide-react";

export interface Place {
  to: "/today" | "/inbox/approvals" | "/inbox/exceptions" | "/workflows" | "/runs" | "/connections" | "/plugins" | "/people" | "/settings" | "/figures" | "/truth-map" | "/records";
  name: string;
  icon: LucideIcon;
  /** Pressed after `g`. */
  key: string;
  badge?: "approvals" | "exceptions";
  group: number;
  /** Stands at the thumb on a phone; the others are found by “More”. */
  thumb?: true;
}

/** Every page there is; the side bar, the palette and the keys all come from here. */
export const PLACES: readonly Place[] = [
  { to: "/today", name: "Today", icon: Sun, key: "t", group: 0, thumb: true },
  { to: "/inbox/approvals", name: "Approvals", icon: ClipboardCheck, key: "a", badge: "approvals", group: 1, thumb: true },
  { to: "/inbox/exceptions", name: "Exceptions", icon: Inbox, key: "e", badge: "exceptions", group: 1, thumb: true },
  { to: "/workflows", name: "Workflows", icon: Workflow, key: "w", group: 2 },
  { to: "/runs", name: "Runs", icon: Play, key: "r", group: 2, thumb: true },
  { to: "/records", name: "Records", icon: BookUser, key: "o", group: 2 },
  { to: "/truth-map", name: "Truth map", icon: MapIcon, key: "u", group: 2 },
  { to: "/figures", name: "Figures", icon: ChartLine, key: "f", group: 2 },
  { to: "/connections", name: "Connections", icon: Plug, key: "c", group: 3 },
  { to: "/plugins", name: "Plugins", icon: Puzzle, key: "p", group: 3 },
  { to: "/people", name: "People", icon: Users, key: "m", group: 3 },
  { to: "/settings", name: "Settings", icon: Settings, key: "s", group: 3 },
];
