import { lazy, Suspense } from "react";

import type { RunDetail } from "@/features/runs/api";

export interface RunGraphProps {
  run: RunDetail;
  chosen: string | undefined;
  onChoose: (path: string) => void;
}

/** A page that cannot have its graph is one without it. */
const Loaded = lazy(() => import("./run-graph-loaded").then((module) => ({ default: module.LoadedGraph }), () => ({ default: GraphNotLoaded })));

/** The graph of a run, loaded when its page is there. */
export function GraphOfRun(props: RunGraphProps) {
  return (
    <Suspense fallback={<GraphSkeleton />}>
      <Loaded {...props} />
    </Suspense>
  );
}

export function GraphSkeleton() {
  return (
    <div className="panel rg-skel" role="status" aria-label="Loading">
      <span className="skel" />
    </div>
  );
}

const GraphNotLoaded = () => <NoGraph why="The graph could not be loaded; all else is here." />;

export function NoGraph({ why }: { why: string }) {
  return <p className="panel rg-none c2">{why}</p>;
}
