/** How an exception can be resolved: what each does, and what it takes. */
export interface Resolution {
  action: string;
  label: string;
  does: string;
  takes: readonly ("input" | "version" | "output" | "proof" | "note" | "reason")[];
  /** Only where nobody knows whether a write has happened. */
  inDoubt?: boolean;
}

export const RESOLUTIONS: readonly Resolution[] = [
  { action: "fix_and_continue", label: "Fix and continue", does: "You mended the record where it lives. The step reads it anew and the run goes on.", takes: ["note"] },
  { action: "retry", label: "Retry", does: "The step runs again with the input it had.", takes: ["version", "note"] },
  { action: "edit_and_retry", label: "Edit the input and retry", does: "The step runs with the input you write here; the record itself stays as it is.", takes: ["input", "version", "note"] },
  { action: "complete_by_hand", label: "Done by hand", does: "You did it in the system yourself. The run goes on with what you write here as the step's result.", takes: ["output", "proof", "note"] },
  { action: "skip", label: "Skip the step", does: "The run goes on without this step.", takes: ["note"] },
  { action: "give_up", label: "Give up", does: "What waits ends as failed. Nothing is sent.", takes: ["reason"] },
  { action: "happened", label: "It is there", does: "You looked: the write arrived. It is not sent again, and the run goes on.", takes: ["proof", "output", "note"], inDoubt: true },
  { action: "did_not_happen", label: "It is not there", does: "You looked: the write did not arrive. It is sent once more.", takes: ["note"], inDoubt: true },
];

export const resolutionOf = (action: string | null | undefined): Resolution | undefined => RESOLUTIONS.find((one) => one.action === action);
