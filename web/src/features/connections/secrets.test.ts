import { describe, expect, it } from "vitest";

import { originOf, planSecrets, secretName, slotFields, titlesOf } from "./secrets";

const fields = slotFields({
  auth: {
    default: { kind: "bearer", optional: false, fields: { token: { title: "API token", secret: true } } },
    webhook: { kind: "none", optional: true, fields: { secret: { title: "Signing secret", secret: true } } },
  },
});
const base = { name: "crm", fields, kept: {}, known: [], sendsTo: "https://crm.example.com" };

describe("secrets of a connection", () => {
  it("are bound to where the connector sends, and what only verifies to what comes in", () => {
    const plan = planSecrets({ ...base, typed: { "default.token": { value: "t", vault: "" }, "webhook.secret": { value: "w", vault: "" } } });
    expect(plan.problems).toEqual({});
    expect(plan.secrets).toEqual([
      { name: "crm.default.token", value: "t", bound_to: "https://crm.example.com" },
      { name: "crm.webhook.secret", value: "w", bound_to: "inbound" },
    ]);
    expect(plan.places).toEqual({ "default.token": { vault: "crm.default.token" }, "webhook.secret": { vault: "crm.webhook.secret" } });
  });

  it("stay where they are when nothing is typed, and are asked for when there is none", () => {
    expect(planSecrets({ ...base, kept: { "default.token": { env: "CRM" } }, typed: {} }).places).toEqual({ "default.token": { env: "CRM" } });
    expect(planSecrets({ ...base, typed: {} }).problems).toEqual({ "default.token": "This has to be filled in" });
  });

  it("never take the name of one that is bound elsewhere", () => {
    expect(secretName("crm", "default.token", "https://b.example", [{ name: "crm.default.token", bound_to: "https://a.example" }])).toBe("crm.default.token-2");
  });

  it("know where a connector sends", () => {
    expect(originOf(["{base_url}"], { base_url: "https://crm.example.com/v1" })).toBe("https://crm.example.com");
    expect(originOf(["https://api.example.com"], {})).toBe("https://api.example.com");
    expect(originOf(["{base_url}"], { base_url: "crm" })).toBeNull();
  });
});

it("are called what their connector calls them", () => {
  const auth = { default: { kind: "bearer", optional: false, fields: { token: { title: "API token", secret: true } } } };
  const settings = { type: "object", properties: { base_url: { type: "string", title: "Base address" } } };
  expect([...titlesOf({ auth, settings })]).toEqual([["base_url", "Base address"], ["default.token", "API token"]]);
  expect(titlesOf(undefined).size).toBe(0);
});
