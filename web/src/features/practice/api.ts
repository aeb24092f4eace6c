import type { components } from "@/api/schema.gen";
import { answered, api } from "@/lib/http";
import { useChange, useListOf } from "@/lib/lists";
import { toast } from "@/lib/toasts";

export type PracticeSystem = components["schemas"]["PracticeSystemView"];

/** The simulated systems that run beside the server; none unless it was started with them. */
export const usePractice = () => useListOf<PracticeSystem>("practice", () => answered(api.GET("/api/v1/practice")));

export const useConnectPractice = () => useChange(() => answered(api.POST("/api/v1/practice")), "practice", "connections", "grants");

/** Said here: whoever asked may be gone when the answer comes, since the first steps go on. */
export const useCompleteJob = () =>
  useChange(
    async (body: { workflow: string; with_proof: boolean }) => {
      const job = await answered(api.POST("/api/v1/practice/jobs", { body }));
      toast(`${job.title} (${job.number}) is completed in the projects system.`);
      return job;
    },
    "runs",
    "proposals",
    "exceptions",
  );
