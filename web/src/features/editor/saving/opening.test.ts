import { describe, expect, it } from "vitest";

import type { Draft, WorkflowDetail } from "../api";
import type { KeptText } from "./kept";
import { openedFrom } from "./opening";
import { fromPayload } from "./payload";

const workflow = { text: "workflow: w\n", text_version: 3, version: 3 } as WorkflowDetail;
const draft: Draft = { workspace: "d", workflow: "w", revision: 2, based_on: 3, text: "workflow: w\ntitle: Draft\n", samples: {}, saved_by: "person:a", saved_at: "2026-03-02T09:00:00Z" };
const kept = (revision: number, text: string): KeptText => ({ text, samples: {}, base: { text: "workflow: w\ntitle: Base\n", samples: {}, revision }, basedOn: 3, at: 0 });

describe("what the editor opens with", () => {
  it("is the draft where there is one, else what is published, else an empty workflow", () => {
    expect(openedFrom({ workflow, draft, kept: null }, "blank").text).toBe(draft.text);
    expect(openedFrom({ workflow, draft: null, kept: null }, "blank")).toMatchObject({ text: workflow.text, basedOn: 3, save: { saved: { version: "0" } } });
    expect(openedFrom({ workflow: null, draft: null, kept: null }, "blank").text).toBe("blank");
  });

  it("goes on with what did not get to the server", () => {
    const opening = openedFrom({ workflow, draft, kept: kept(2, "workflow: w\ntitle: Mine\n") }, "");
    expect(opening.unsaved?.text).toBe("workflow: w\ntitle: Mine\n");
    expect(opening.save.theirs).toBeNull();
  });

  it("keeps both where the draft was saved from elsewhere meanwhile", () => {
    const opening = openedFrom({ workflow, draft, kept: kept(1, "workflow: w\ntitle: Mine\n") }, "");
    expect(opening.unsaved?.text).toBe("workflow: w\ntitle: Mine\n");
    expect(fromPayload(opening.save.theirs?.text ?? "[]").text).toBe(draft.text);
    expect(opening.text).toBe("workflow: w\ntitle: Base\n");
  });

  it("forgets what the server has already", () => {
    expect(openedFrom({ workflow, draft, kept: kept(1, draft.text) }, "").unsaved).toBeNull();
  });
});
