import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";

import { Empty, Failed } from "@/components/states";
import { Toasts } from "@/components/toasts";
import { useChanges } from "@/lib/changes";
import { meOptions, useMe } from "@/lib/me";
import { useKeepNames } from "@/lib/people";
import { useSession } from "@/lib/session";
import { chooseWorkspace, useWorkspace } from "@/lib/workspace";

import { liveHandlers } from "./live";
import { ReachBanner } from "./reach-banner";
import { useShellKeys, type Overlay } from "./shell-keys";
import { Side, TabBar } from "./side";
import { SignInAgain, SignInPage } from "./sign-in";

const Palette = lazy(() => import("./palette").then((module) => ({ default: module.Palette })));
const ShortcutSheet = lazy(() => import("./shortcut-sheet").then((module) => ({ default: module.ShortcutSheet })));

/** Shows the workspace that was shown last, or the first of those one may see. */
function useChosenWorkspace(names: readonly string[] | undefined): void {
  const workspace = useWorkspace((state) => state.workspace);
  useEffect(() => {
    if (names && (workspace === null || !names.includes(workspace))) chooseWorkspace(names[0] ?? null);
  }, [names, workspace]);
}

export function Shell() {
  const me = useQuery(meOptions);
  const signedOut = useSession((state) => state.signedOut);
  const names = useMemo(() => me.data?.workspaces.map((one) => one.workspace), [me.data]);
  useChosenWorkspace(names);
  const workspace = useWorkspace((state) => state.workspace);
  if (me.data === undefined) {
    if (signedOut) return <SignInPage />;
    return me.error ? <Failed error={me.error} again={() => void me.refetch()} /> : <div className="sign" role="status" aria-label="Loading" />;
  }
  const ready = workspace !== null && names?.includes(workspace) === true;
  return <Desk ready={ready} workspace={ready ? workspace : null} signedOut={signedOut} />;
}

function Desk({ ready, workspace, signedOut }: { ready: boolean; workspace: string | null; signedOut: boolean }) {
  const client = useQueryClient();
  const handlers = useMemo(() => liveHandlers(client), [client]);
  const [overlay, setOverlay] = useState<Overlay>(null);
  useChanges(workspace, handlers);
  useKeepNames();
  useShellKeys(setOverlay);
  return (
    <div className="app">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Side openPalette={() => setOverlay("palette")} openKeys={() => setOverlay("keys")} />
      <main className="main" id="main" tabIndex={-1}>
        <ReachBanner />
        {ready ? <Outlet key={workspace} /> : <NoWorkspace />}
      </main>
      <TabBar openPalette={() => setOverlay("palette")} />
      <Suspense fallback={null}>
        {overlay === "palette" ? <Palette onClose={() => setOverlay(null)} openKeys={() => setOverlay("keys")} /> : null}
        {overlay === "keys" ? <ShortcutSheet onClose={() => setOverlay(null)} /> : null}
      </Suspense>
      <Toasts />
      {signedOut ? <SignInAgain /> : null}
    </div>
  );
}

/** Somebody without a role anywhere; for a moment also who has one, until the workspace is chosen. */
function NoWorkspace() {
  const me = useMe();
  if (me?.workspaces.length !== 0) return null;
  return <Empty title="You are in no workspace yet">Whoever looks after one can add you, with a role: throughline member add. What you may see then stands here.</Empty>;
}
