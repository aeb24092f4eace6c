import { useQuery } from "@tanstack/react-query";

import type { components } from "@/api/schema.gen";

import { answered, api } from "./http";
import { useChange, useListOf } from "./lists";
import { useWorkspace } from "./workspace";

export type PublishRequest = components["schemas"]["PublishRequestView"];

/** What waits for a second person, in the workspace that is shown. */
export const usePublishRequests = () => useListOf<PublishRequest>("publish-requests", () => answered(api.GET("/api/v1/publish-requests")));

/** Does every version take a second person? Unknown while it is loading. */
export function useByTwo(): boolean | undefined {
  const workspace = useWorkspace((state) => state.workspace);
  return useQuery({ queryKey: ["publishing", workspace], queryFn: () => answered(api.GET("/api/v1/publishing")), enabled: workspace !== null }).data?.by_two;
}

export const useSetByTwo = () => useChange((by_two: boolean) => answered(api.PUT("/api/v1/publishing", { body: { by_two } })), "publishing");
