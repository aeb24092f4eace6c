import { describe, expect, it } from "vitest";

import type { ActionInfo, ConnectorInfo } from "../api";
import { indexCatalog } from "../state/catalog";
import { stepEntries, triggerEntries, type Entry } from "./entries";
import { found, markedParts } from "./search";

const action = (name: string, title: string, effect: ActionInfo["effect"], description = ""): ActionInfo => ({ action: name, title, description, effect, undo: null, preview: true, record: null, input: {}, output: {}, sample: null });
const connector = (id: string, name: string, actions: readonly ActionInfo[]): ConnectorInfo => ({ connector: id, name, version: "1", digest: "", description: "", actions, triggers: id === "projects" ? [{ trigger: "projects.job_completed", title: "Job completed", description: "At once", kind: "webhook", config: {}, output: {}, sample: null }] : [] });
const CATALOG = indexCatalog([
  connector("projects", "Projects", [action("projects.get_job", "Get a job", "read", "Reads one job and says which proof is missing")]),
  connector("accounting", "Accounting", [action("accounting.create_invoice", "Create an invoice", "write_idempotent"), action("accounting.find_invoices", "Find invoices", "read")]),
  connector("mail", "Mail", [action("mail.send_message", "Send a message", "write_idempotent")]),
]);

const first = (query: string, entries: readonly Entry[] = stepEntries(CATALOG)): string | undefined => found(entries, query)[0]?.id;

describe("looking for a step by what it is to do", () => {
  it("finds by title, operation, description and by words of the same meaning", () => {
    expect(first("propose an invoice")).toBe("action:accounting.create_invoice");
    expect(first("get_job")).toBe("action:projects.get_job");
    expect(first("read the job")).toBe("action:projects.get_job");
    expect(first("send email")).toBe("action:mail.send_message");
    expect(first("if proof is missing")).toBe("kind:switch");
    expect(first("raise exception")).toBe("kind:raise");
    expect(first("loop")).toBe("kind:for_each");
    expect(first("delay")).toBe("kind:wait");
    expect(first("when a job completes", triggerEntries(CATALOG))).toBe("trigger:projects.job_completed");
  });

  it("finds nothing for what nobody does, and everything for nothing", () => {
    expect(found(stepEntries(CATALOG), "zzzz")).toEqual([]);
    expect(found(stepEntries(CATALOG), " ").length).toBe(stepEntries(CATALOG).length);
  });

  it("marks what was typed", () => {
    expect(markedParts("Create an invoice", "invo")).toEqual([{ text: "Create an ", hit: false }, { text: "invo", hit: true }, { text: "ice", hit: false }]);
  });
});
