import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { useChange, useListOf } from "@/lib/lists";

export type PracticeSystem = components["schemas"]["PracticeSystemView"];

/** The simulated systems that run beside the server; none unless it was started with them. */
export const usePractice = () => useListOf<PracticeSystem>("practice", () => answered(api.GET("/api/v1/practice")));

export const useConnectPractice = () => useChange(() => answered(api.POST("/api/v1/practice")), "practice", "connections", "grants");

export const useCompleteJob = () => useChange((body: { workflow: string; with_proof: boolean }) => answered(api.POST("/api/v1/practice/jobs", { body })), "runs", "proposals", "exceptions");
