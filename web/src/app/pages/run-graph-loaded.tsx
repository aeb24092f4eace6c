import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { catalogOptions, versionTextOptions } from "@/features/editor/api";
import { pictureOf } from "@/features/editor/picture/picture";
import type { RunDetail } from "@/features/runs/api";
import { graphState } from "@/features/runs/graph-state";
import { RunGraph } from "@/features/runs/run-graph";
import { plural } from "@/lib/format";
import type { Picture } from "@/lib/picture";
import { useWorkspace } from "@/lib/workspace";

import { GraphSkeleton, NoGraph, type RunGraphProps } from "./run-graph";

/** The picture of the version that a run keeps to its end; null where its text cannot be read. */
function usePicture({ workflow, version }: RunDetail): Picture | null | undefined {
  const workspace = useWorkspace((state) => state.workspace);
  const text = useQuery(versionTextOptions(workspace, workflow, version));
  // Names of systems and of what starts: without them the ids stand there.
  const catalog = useQuery(catalogOptions(workspace));
  const { data } = useQuery({
    queryKey: ["run-picture", workspace, workflow, version, text.dataUpdatedAt, catalog.dataUpdatedAt],
    queryFn: () => pictureOf(text.data?.text ?? "", catalog.data ?? []),
    enabled: text.data !== undefined,
    // Names come later than the text: until then the same picture without them, never that of another version.
    placeholderData: (before, query) => (query?.queryKey[2] === workflow && query.queryKey[3] === version ? before : undefined),
    staleTime: Infinity,
    structuralSharing: false,
  });
  return text.error && text.data === undefined ? null : data;
}

export function LoadedGraph({ run, chosen, onChoose }: RunGraphProps) {
  const picture = usePicture(run);
  const { steps, effects, created_at } = run;
  const state = useMemo(() => (picture ? graphState(picture, { steps, effects, created_at }) : null), [picture, steps, effects, created_at]);
  if (picture === null) return <NoGraph why={`The text of version ${run.version} cannot be read, so its graph is left out.`} />;
  if (!picture || !state) return <GraphSkeleton />;
  if (state.unknown.length > 0) return <NoGraph why={`Version ${run.version} does not have ${plural(state.unknown.length, "step")} of this run (${state.unknown.slice(0, 3).join(", ")}), so its graph is left out.`} />;
  return <RunGraph picture={picture} state={state} chosen={chosen} onChoose={onChoose} />;
}
