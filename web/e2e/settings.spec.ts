import { createHmac } from "node:crypto";
import { text } from "node:stream/consumers";

import { outside, unique } from "./beside";
import { accessible, expect, test } from "./fixtures";

test("a holiday is kept, and taken back", async ({ as }) => {
  const page = await as("builder", "/settings?show=calendar");
  await expect(page.getByRole("heading", { name: "Business calendar" })).toBeVisible();
  await accessible(page);
  await page.getByLabel("A day on which nothing is open").fill("2027-12-25");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("button", { name: "Keep" }).click();
  await expect(page.getByText(/The calendar is kept/)).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("25 Dec 2027")).toHaveCount(0);
});

test("a routing rule says who owns what stops", async ({ as }) => {
  const page = await as("admin", "/settings?show=routing");
  await page.getByRole("button", { name: "New rule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Condition (optional)").fill("{{ money is not none and money > 5000 }}");
  await dialog.getByLabel("Owner", { exact: true }).selectOption("team:sales");
  await dialog.getByLabel("Time allowed (optional)").fill("4h");
  await accessible(page);
  await dialog.getByRole("button", { name: "Keep" }).click();
  await expect(page.getByText("due in 4h")).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("There is no rule")).toBeVisible();
});

test("a token is shown once and revoked", async ({ as }) => {
  const page = await as("operator", "/settings?show=tokens");
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  const name = `Reports ${Date.now()}`;
  await dialog.getByLabel("What it is for").fill(name);
  await dialog.getByRole("button", { name: "Make it" }).click();
  await expect(dialog.getByLabel("Token")).toHaveValue(/^tlt_/);
  await accessible(page);
  await dialog.getByRole("button", { name: "I have it" }).click();
  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("button", { name: `Revoke ${name}` })).toHaveCount(0);
});

for (const show of ["you", "channels", "vault", "backups"]) {
  test(`the part “${show}” of the settings has no serious finding`, async ({ as }) => {
    const page = await as("holder", `/settings?show=${show}`);
    await expect(page.getByRole("heading", { level: 2 }).first()).toBeVisible();
    await accessible(page);
  });
}

test("a channel is made, tested, and told of what opens, signed with its secret", async ({ world, as }) => {
  const got: { type: string; signed: boolean }[] = [];
  let secret = "";
  const chat = await outside(world, (request, response) => {
    void text(request).then((body) => {
      const sent = (name: string): string => String(request.headers[`webhook-${name}`]);
      const key = Buffer.from(secret.replace("whsec_", ""), "base64");
      const expected = createHmac("sha256", key).update(`${sent("id")}.${sent("timestamp")}.${body}`).digest("base64");
      got.push({ type: (JSON.parse(body) as { type: string }).type, signed: sent("signature").split(" ").includes(`v1,${expected}`) });
      response.writeHead(204).end();
    });
  });
  const name = unique("chat");
  const page = await as("holder", "/settings?show=channels");
  await page.getByRole("button", { name: "New channel" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Address").fill(`${chat.address}/throughline`);
  secret = await dialog.getByLabel("The new secret").inputValue();
  await dialog.getByLabel(/^Exceptions/).uncheck();
  await accessible(page);
  await dialog.getByRole("button", { name: "Keep" }).click();
  await expect(page.getByText(`${name} is kept. A test shows whether it arrives.`)).toBeVisible();
  const row = page.getByRole("listitem").filter({ hasText: name });
  await expect(row).not.toContainText("Exceptions");
  // Addresses of the machine itself are closed until somebody opens them.
  await row.getByRole("button", { name: "Test" }).click();
  await expect(row.getByRole("status")).toContainText("it is not a public address");
  expect(got).toEqual([]);
  await accessible(page);
  await chat.grant();
  await row.getByRole("button", { name: "Test" }).click();
  await expect(row.getByRole("status")).toHaveText("Arrived");
  expect(got).toEqual([{ type: "test", signed: true }]);
  await world.proposal(await world.job({ title: "Told" }));
  await expect.poll(() => got).toContainEqual({ type: "proposal.opened", signed: true });
  await row.getByRole("button", { name: "Delete" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(row).toHaveCount(0);
  chat.end();
});

test("keys are replaced while everything goes on", async ({ world, as }) => {
  const name = unique("hook");
  const page = await as("holder", "/settings?show=vault");
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "New secret" }).click();
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Where it may be used").fill("inbound");
  await dialog.getByLabel("Value").fill("not to be seen again");
  await accessible(page);
  await dialog.getByRole("button", { name: "Keep" }).click();
  await expect(page.getByText(`${name} is kept, version 1.`)).toBeVisible();
  const secret = page.getByRole("listitem").filter({ hasText: name });
  await expect(secret).toContainText("for what comes in · used by nothing");
  for (const [button, key] of [["Replace this workspace's key", "demo"], ["Replace the root key", "Root"]] as const) {
    const row = page.getByRole("row").filter({ hasText: key }).filter({ hasText: "In use" });
    const version = Number(await row.getByRole("cell").nth(1).innerText());
    await page.getByRole("button", { name: button }).click();
    await accessible(page);
    await dialog.getByRole("button", { name: "Replace" }).click();
    await expect(page.getByText("A new key is in use; what the old one wraps moves over by itself.").last()).toBeVisible();
    await expect(row.getByRole("cell").nth(1)).toHaveText(String(version + 1));
    await expect(row.getByRole("cell").nth(3)).not.toHaveText("0");
    await expect(page.getByRole("row").filter({ hasText: key }).filter({ hasText: "Goes after the next backup" })).not.toHaveCount(0);
  }
  await expect(page.getByText("Every key opens what it wraps.")).toBeVisible();
  await accessible(page);
  expect(await world.api("admin", "POST", "/connections/crm/test")).toMatchObject({ ok: true });
  await secret.getByRole("button", { name: "Delete" }).click();
  await expect(dialog.getByText("Nothing uses it.")).toBeVisible();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(secret).toHaveCount(0);
});
