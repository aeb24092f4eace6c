import type { Saved } from "../model/save-state";

export type Samples = Readonly<Record<string, unknown>>;

/** Text and samples are kept together: what is compared and sent is one text of both. */
export const payloadOf = (text: string, samples: Samples): string => JSON.stringify([text, samples]);

export function fromPayload(payload: string): { text: string; samples: Samples } {
  const [text, samples] = JSON.parse(payload) as [string, Samples];
  return { text, samples };
}

export const savedOf = (draft: { readonly text: string; readonly samples: Samples; readonly revision: number }): Saved => ({
  text: payloadOf(draft.text, draft.samples),
  version: String(draft.revision),
});
