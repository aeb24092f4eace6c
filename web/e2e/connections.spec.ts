import { text } from "node:stream/consumers";

import { byHand, invoice, ofRun, outside, publish, runIs, start, unique } from "./beside";
import { accessible, expect, test } from "./fixtures";
import type { World } from "./world.mjs";

test("connects a system, sees whose account answers, and deletes it again", async ({ world, as }) => {
  const name = `crm-${Date.now()}`;
  const page = await as("admin", "/connections");
  await expect(page.getByRole("link", { name: "crm", exact: true })).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: /New/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("To what").selectOption("crm");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel(/address/i).fill(world.crm);
  await dialog.getByLabel(/^API token/).fill(world.crmToken);
  await accessible(page);
  await dialog.getByRole("button", { name: "Connect and test" }).click();
  await expect(dialog.getByText("It works.")).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page.getByText(/in the vault as/)).toBeVisible();
  await expect(page.getByText(world.crmToken)).toHaveCount(0);
  await accessible(page);
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog").getByText("No published workflow uses it.")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("link", { name, exact: true })).toHaveCount(0);
});

test("deleting says which workflows would wait", async ({ as }) => {
  const page = await as("admin", "/connections/accounting");
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog").getByText(/Invoice readiness/)).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Back" }).click();
});

test("a plugin says in words what it may do before it is installed", async ({ world, as }) => {
  const page = await as("holder", "/plugins");
  await page.getByRole("button", { name: "CRM" }).click();
  await expect(page.getByRole("region", { name: "CRM" }).getByText("Where it is used")).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "Install" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Component").setInputFiles(world.plugin("crm"));
  await dialog.getByRole("button", { name: "Check it" }).click();
  await expect(page.getByText(/was installed already/)).toBeVisible();
  // Another version of it, as the server would refuse it without consent.
  await page.route("**/api/v1/plugins", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ status: 409, json: { error: { code: "TL0350", message: "installing `crm` needs your consent to what it may do: can create_customer: sent at most once, CANNOT BE UNDONE; can delete_customer: sent at most once, CANNOT BE UNDONE", hint: "if you agree, send it again with ?accept=sha256:abc", problems: [], docs: "" } } })
      : route.continue(),
  );
  await page.getByRole("button", { name: "Install" }).click();
  await dialog.getByLabel("Component").setInputFiles(world.plugin("crm"));
  await dialog.getByRole("button", { name: "Check it" }).click();
  const asked = dialog.getByRole("list", { name: "What it may do" });
  await expect(asked.getByRole("listitem").first()).toContainText("delete_customer");
  await expect(asked.getByText("New", { exact: true })).toHaveCount(1);
  await accessible(page);
  await dialog.getByRole("button", { name: "Do not install" }).click();
});

/** The accounting behind a door that says whose account it is; and how many invoices came through it. */
async function door(world: World): Promise<{ address: string; account: { id: string; name: string }; made: number; end: () => void }> {
  const found = { account: { id: "acc_first", name: "First books" }, made: 0 };
  const server = await outside(world, (request, response) => {
    void (async () => {
      const body = await text(request);
      if (request.url === "/v1/me") return response.end(JSON.stringify(found.account));
      if (request.method === "POST") found.made += 1;
      const headers = Object.fromEntries(["authorization", "idempotency-key", "content-type"].flatMap((name) => (request.headers[name] ? [[name, String(request.headers[name])]] : [])));
      const answer = await fetch(world.accounting + (request.url ?? ""), { method: request.method ?? "GET", headers, ...(body ? { body } : {}) });
      return response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    })();
  });
  await server.grant();
  return Object.assign(found, server);
}

/** A connection through the door, agreed to, and a live workflow that writes over it by itself. */
async function writesThrough(world: World, address: string): Promise<{ name: string; write: () => Promise<string> }> {
  const name = unique("books");
  await world.api("admin", "PUT", `/secrets/${name}`, { value: world.accountingToken, bound_to: address });
  await world.api("admin", "POST", "/connections", { name, connector: "accounting", settings: { base_url: address }, secrets: { "default.token": { vault: name } } });
  await world.api("admin", "POST", `/connections/${name}/test`);
  await publish(world, byHand(name, invoice(name)));
  return { name, write: () => start(world, name, { about: unique("order"), price: "310.00" }) };
}

test("another account sends writes back to people until somebody agrees to it", async ({ world, as }) => {
  const books = await door(world);
  const { name, write } = await writesThrough(world, books.address);
  await runIs(world, await write(), "succeeded");
  expect(books.made).toBe(1);
  books.account = { id: "acc_other", name: "Other books" };
  const page = await as("admin", `/connections/${name}`);
  await expect(page.getByText("It was tested, and the account that answers is agreed to.")).toBeVisible();
  await page.getByRole("button", { name: "Test" }).click();
  const test = page.getByRole("region", { name: "Test" });
  await expect(test.getByText(/It answers as Other books\. Before, it was acc_first\./)).toBeVisible();
  await expect(page.getByText("It answers as another account than before")).toBeVisible();
  await accessible(page);
  const held = await write();
  await ofRun(world, "proposals", held);
  expect(books.made).toBe(1);
  await test.getByRole("button", { name: "Agree to Other books" }).click();
  await expect(page.getByText(`Agreed: ${name} may write by itself where a workflow is live.`)).toBeVisible();
  await expect(page.getByText("It was tested, and the account that answers is agreed to.")).toBeVisible();
  await runIs(world, await write(), "succeeded");
  expect(books.made).toBe(2);
  // What was asked meanwhile still waits for its own yes.
  await runIs(world, held, "waiting");
  books.end();
});

test("a changed connection is tested at once, and what it finds is agreed to there", async ({ world, as }) => {
  const [before, after] = [await door(world), await door(world)];
  after.account = { id: "acc_moved", name: "Moved books" };
  const { name, write } = await writesThrough(world, before.address);
  const page = await as("admin", `/connections/${name}`);
  await page.getByRole("button", { name: "Change" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/address/i).fill(after.address);
  await dialog.getByLabel(/^API token/).fill(world.accountingToken);
  await accessible(page);
  await dialog.getByRole("button", { name: "Keep and test" }).click();
  await expect(dialog.getByText(/It answers as Moved books\. Before, it was acc_first\./)).toBeVisible();
  await expect(dialog.getByText(/writes of live workflows over it wait for people/)).toBeVisible();
  await accessible(page);
  const held = await write();
  await ofRun(world, "proposals", held);
  await dialog.getByRole("button", { name: "Agree to Moved books" }).click();
  await expect(dialog.getByRole("button", { name: /^Agree/ })).toHaveCount(0);
  await dialog.getByRole("button", { name: "Done" }).click();
  await runIs(world, await write(), "succeeded");
  expect([before.made, after.made]).toEqual([0, 1]);
  for (const one of [before, after]) one.end();
});
