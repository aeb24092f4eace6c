import { newWorkflow } from "../model/new-workflow";
import { conflicted, opened, type SaveState } from "../model/save-state";
import { loadDraft, loadWorkflow, type Draft, type WorkflowDetail } from "../api";
import { findKept, forget, tabId, type KeptText } from "./kept";
import { payloadOf, savedOf } from "./payload";

/** What the editor opens with. */
export interface Opened {
  /** The text as the server has it; the editor begins its history there. */
  readonly text: string;
  readonly samples: Readonly<Record<string, unknown>>;
  /** What was typed and not saved: it goes on from there. */
  readonly unsaved: { readonly text: string; readonly samples: Readonly<Record<string, unknown>> } | null;
  readonly save: SaveState;
  readonly basedOn: number | null;
  readonly published: { readonly version: number; readonly text: string } | null;
  readonly savedAt: string | null;
}

export interface Found {
  readonly workflow: WorkflowDetail | null;
  readonly draft: Draft | null;
  readonly kept: KeptText | null;
}

/** Brings together what is published, the draft on the server, and what a tab did not get there. */
export function openedFrom({ workflow, draft, kept }: Found, blank: string): Opened {
  const text = draft?.text ?? workflow?.text ?? blank;
  const samples = draft?.samples ?? {};
  const revision = draft?.revision ?? 0;
  const server = { text, samples, revision };
  const common = {
    basedOn: kept?.basedOn ?? draft?.based_on ?? workflow?.version ?? null,
    published: workflow ? { version: workflow.text_version, text: workflow.text } : null,
    savedAt: draft?.saved_at ?? null,
  };
  if (!kept || payloadOf(kept.text, kept.samples) === payloadOf(text, samples)) {
    return { text, samples, unsaved: null, save: opened(savedOf(server)), ...common };
  }
  const unsaved = { text: kept.text, samples: kept.samples };
  if (kept.base.revision === revision) return { text, samples, unsaved, save: opened(savedOf(server)), ...common };
  // The draft was saved from elsewhere meanwhile: both texts stand side by side until a person has chosen.
  return { text: kept.base.text, samples: kept.base.samples, unsaved, save: conflicted(opened(savedOf(kept.base)), savedOf(server)), ...common };
}

/** Nothing where the server has no such workflow, nobody drafts it, and it is not to be begun. */
export async function open(workspace: string, workflow: string, begin: boolean): Promise<Opened | null> {
  const [detail, draft, found] = await Promise.all([loadWorkflow(workflow), loadDraft(workflow), findKept(workspace, workflow, tabId(), Date.now())]);
  if (!detail && !draft && !found && !begin) return null;
  const opening = openedFrom({ workflow: detail, draft, kept: found?.kept ?? null }, newWorkflow({ id: workflow }));
  if (found && (!opening.unsaved || !isOwn(found.key))) forget(found.key);
  return opening;
}

const isOwn = (key: string): boolean => key.endsWith(`/${tabId()}`);
