import { useNavigate, useRouterState } from "@tanstack/react-router";

import { chooseWorkspace } from "@/lib/workspace";

/** Shows another workspace: what was open belongs to the one before, so its page's list is shown instead. */
export function useSwitchWorkspace(): (workspace: string) => void {
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (workspace) => {
    const parts = path.split("/").filter(Boolean);
    const list = parts[0] === "inbox" ? `/inbox/${parts[1] ?? "approvals"}` : `/${parts[0] ?? "today"}`;
    void navigate({ to: list, search: {} }).then(() => chooseWorkspace(workspace));
  };
}
