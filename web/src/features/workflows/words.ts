import type { MarkName } from "@/components/mark";
import { capital, words } from "@/lib/format";

import type { Trigger, Workflow } from "./api";

interface Stage {
  mark: MarkName;
  words: string;
  chip: string;
  means: string;
}

const STAGES: Record<string, Stage> = {
  draft: { mark: "draft", words: "Draft", chip: "", means: "Being built; nothing is written." },
  shadow: { mark: "shadow", words: "Shadow", chip: "", means: "It computes and records what it would write. Nothing is sent." },
  review: { mark: "gate", words: "Review", chip: "chip--review", means: "Every write waits for somebody who says yes." },
  live: { mark: "done", words: "Live", chip: "chip--path", means: "It writes by itself; what cannot be known still goes to a person." },
  paused: { mark: "pause", words: "Paused", chip: "", means: "Nothing new starts." },
};

export function stageOf({ stage, state }: Pick<Workflow, "stage" | "state">): Stage {
  if (state === "paused") return STAGES.paused ?? { mark: "pause", words: "Paused", chip: "", means: "" };
  if (state === "unpublished") return { mark: "idle", words: "Not published", chip: "", means: "No version of it is in force." };
  return STAGES[stage ?? ""] ?? { mark: "idle", words: stage ? words(stage) : "Not stated", chip: "", means: "The text names no stage." };
}

const KINDS: Record<string, string> = {
  webhook: "A webhook",
  schedule: "A schedule",
  poll: "Looks by itself",
  event: "An event here",
  manual: "By hand",
  called: "Another workflow",
  form: "A form",
  mail: "Mail",
};

export const kindWords = (kind: string): string => KINDS[kind] ?? capital(kind);

/** The events of the server's own say no more than the words above them. */
export const triggerName = (trigger: string | null | undefined): string => (trigger?.startsWith("throughline.") ? "" : (trigger ?? ""));

/** Whether the button that starts it belongs to it. */
export const isManual = (trigger: Trigger | undefined): boolean => trigger?.kind === "manual";

/** An id out of a title: small letters, digits and hyphens. */
export const idOf = (title: string): string =>
  title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 64);
