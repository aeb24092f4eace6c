import type { LinkProps } from "@tanstack/react-router";
import { BookUser, CalendarDays, CircleHelp, KeyRound, MessageSquareShare, Plug, Plus, Puzzle, Route, UserPlus, UserRoundCog, Vault, type LucideIcon } from "lucide-react";

import type { Right } from "@/lib/me";

export interface Deed {
  words: string;
  icon: LucideIcon;
  to: Pick<LinkProps, "to" | "search">;
  /** Offered only to who may do it; `server`: who looks after the server. */
  needs?: Right | "server";
}

/** What can be begun from anywhere. */
export const DEEDS: readonly Deed[] = [
  { words: "New workflow", icon: Plus, to: { to: "/workflows", search: { new: "blank" } }, needs: "build" },
  { words: "New workflow from text", icon: Plus, to: { to: "/workflows", search: { new: "text" } }, needs: "build" },
  { words: "New workflow from an n8n export", icon: Plus, to: { to: "/workflows", search: { new: "n8n" } }, needs: "build" },
  { words: "New connection", icon: Plug, to: { to: "/connections", search: { new: "any" } }, needs: "connect" },
  { words: "Install a plugin", icon: Puzzle, to: { to: "/plugins", search: { new: "any" } }, needs: "server" },
  { words: "Invite or add somebody", icon: UserPlus, to: { to: "/people", search: { new: "member" } }, needs: "people" },
  { words: "Somebody is away", icon: UserRoundCog, to: { to: "/people", search: { show: "away", new: "away" } }, needs: "decide" },
  { words: "Business calendar and holidays", icon: CalendarDays, to: { to: "/settings", search: { show: "calendar" } } },
  { words: "Routing rules: who owns what stops", icon: Route, to: { to: "/settings", search: { show: "routing" } } },
  { words: "Channels: tell a chat or a program", icon: MessageSquareShare, to: { to: "/settings", search: { show: "channels" } }, needs: "connect" },
  { words: "API tokens", icon: KeyRound, to: { to: "/settings", search: { show: "tokens" } } },
  { words: "Secrets and keys", icon: Vault, to: { to: "/settings", search: { show: "vault" } }, needs: "connect" },
  { words: "Your password and sessions", icon: KeyRound, to: { to: "/settings", search: { show: "you" } } },
  { words: "Where do I change this? The truth map", icon: BookUser, to: { to: "/truth-map", search: {} } },
  { words: "First steps", icon: CircleHelp, to: { to: "/today", search: { guide: "1" } } },
];
