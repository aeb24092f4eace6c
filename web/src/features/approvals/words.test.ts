import { expect, it } from "vitest";

import { cannot } from "./actions";
import type { Operation, Proposal, ProposalDetail } from "./api";
import { checkWords, deed, question } from "./words";

it("asks the decision as one question", () => {
  expect(question({ summary: "Create a draft invoice." } as Proposal)).toBe("Create a draft invoice?");
  expect(question({ summary: "Send it?" } as Proposal)).toBe("Send it?");
});

it("says what is done to which kind of record", () => {
  expect(deed({ kind: "update", record_type: "sales_order" } as Operation)).toBe("Change sales order");
});

it("says what is compared before sending, or that nothing is", () => {
  expect(checkWords("version")).toContain("nothing is sent");
  expect(checkWords(null)).toContain("nothing to compare");
});

it("says why somebody cannot decide", () => {
  const proposal = (more: Partial<ProposalDetail>) => ({ for_you: [], waits_for: [], ...more }) as unknown as ProposalDetail;
  expect(cannot(proposal({ for_you: [{ person_id: "p", name: "P" }] }), true)).toBeNull();
  expect(cannot(proposal({}), false)).toContain("role approver");
  expect(cannot(proposal({ waits_for: ["prp_1"] }), true)).toContain("same record");
  expect(cannot(proposal({}), true)).toContain("not asked");
});
