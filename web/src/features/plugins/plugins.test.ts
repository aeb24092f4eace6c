import { expect, it } from "vitest";

import { consentOf, type Plugin } from "./api";
import { difference, knownOf } from "./difference";

const refusal = {
  message: "installing `crm` needs your consent to what it may do: talks to the address in the connection's setting `base_url` (GET, POST); uses the credential `default` (token); it cannot read it; can create_customer: sent at most once, CANNOT BE UNDONE; can tag: may be sent again with the same key, can be changed back",
  hint: "if you agree, send it again with ?accept=sha256:abc",
};

it("takes the permissions and their digest out of the refusal", () => {
  expect(consentOf(refusal)).toEqual({
    connector: "crm",
    accept: "sha256:abc",
    words: ["talks to the address in the connection's setting `base_url` (GET, POST)", "uses the credential `default` (token); it cannot read it", "can create_customer: sent at most once, CANNOT BE UNDONE", "can tag: may be sent again with the same key, can be changed back"],
  });
  expect(consentOf({ message: "no", hint: null })).toBeNull();
});

it("what is new comes first, and what cannot be undone is marked", () => {
  const before = { actions: ["create_customer"], triggers: [] as string[] } as Plugin;
  const lines = difference(consentOf(refusal)?.words ?? [], knownOf(before, []));
  expect(lines[0]).toMatchObject({ fresh: true, final: false });
  expect(lines.find((line) => line.final)?.fresh).toBe(false);
});
