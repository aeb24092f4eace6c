import { lazy, Suspense } from "react";

import type { Problems } from "./dock/use-problems";
import { useEditor } from "./state/context";

const PublishDialog = lazy(() => import("./publish/publish-dialog").then((module) => ({ default: module.PublishDialog })));
const SecondPersonDialog = lazy(() => import("./publish/second-person").then((module) => ({ default: module.SecondPersonDialog })));
const VersionsDialog = lazy(() => import("./publish/versions-dialog").then((module) => ({ default: module.VersionsDialog })));
const ImportDialog = lazy(() => import("./importing/import-dialog").then((module) => ({ default: module.ImportDialog })));
const ConflictDialog = lazy(() => import("./saving/conflict-dialog").then((module) => ({ default: module.ConflictDialog })));

/** What floats above the editor. */
export function Overlays({ problems }: { problems: Problems }) {
  const kind = useEditor((state) => state.overlay?.kind);
  return (
    <Suspense fallback={null}>
      {kind === "publish" ? <PublishDialog problems={problems} /> : null}
      {kind === "second" ? <SecondPersonDialog /> : null}
      {kind === "versions" ? <VersionsDialog /> : null}
      {kind === "import" ? <ImportDialog /> : null}
      {kind === "conflict" ? <ConflictDialog /> : null}
    </Suspense>
  );
}
