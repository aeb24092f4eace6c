// A picture of every page × {desktop, phone} × {light, dark} × {empty, full, error}, with an index page.
// Full and empty are a real server's; an error is a server that answers 503 to the lists.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { World } from "./world.mjs";

const out = process.env.SHOTS ?? fileURLToPath(new URL("../../target/shots/web/", import.meta.url));
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 375, height: 812 } };
const THEMES = ["light", "dark"];
const STATES = ["full", "empty", "error"];

const FAILURE = { status: 503, contentType: "application/json", body: JSON.stringify({ error: { code: "TL0501", message: "the database does not answer", hint: "it goes on by itself when it is back", docs: "" } }) };

async function fill(world) {
  const lines = (price) => [{ description: "Boiler", quantity: "1", unit_price: price }, { description: "Labour, hours", quantity: "6", unit_price: "48.00" }];
  const jobs = [];
  for (const [title, price] of [["Boiler swap", "1840.00"], ["Heat pump, first fix", "12980.00"], ["Valve set", "96.40"], ["Underfloor loop", "2410.00"], ["Tank and stand", "784.20"]]) jobs.push(await world.job({ title, lines: lines(price) }));
  const stopped = [];
  for (const title of ["Radiator bleed, block C", "Thermostat, studio 4", "Leak under the sink", "Gas check, 12 units", "Cylinder service"]) stopped.push(await world.job({ title, signature: "" }));
  const proposal = await world.proposal(jobs[1]);
  const exceptions = [];
  for (const job of stopped) exceptions.push((await world.exception(job)).exception_id);
  const act = (at, body) => world.api("operator", "POST", `/exceptions/${exceptions[at]}/act`, body);
  const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
  await act(0, { act: "take" });
  await world.api("operator", "POST", `/exceptions/${exceptions[0]}/comments`, { text: "The driver says a caretaker signed on paper. I asked for the photo." });
  await act(1, { act: "take" });
  await act(1, { act: "wait", on: "customer", until: day(3), note: "Their site lead confirms on Thursday" });
  await act(2, { act: "hand_over", to: "person:ben", note: "Looks like the template" });
  return { proposal: proposal.proposal_id, run: proposal.run_id, exception: exceptions[0] };
}

const pages = ({ proposal, run, exception }) => [
  { name: "today", path: "/today", role: "approver" },
  { name: "approvals", path: "/inbox/approvals", role: "approver" },
  { name: "approval", path: `/inbox/approvals?id=${proposal}`, role: "approver", only: ["full", "error"] },
  { name: "exceptions", path: "/inbox/exceptions", role: "operator" },
  { name: "exception", path: `/inbox/exceptions?id=${exception}`, role: "operator", only: ["full"] },
  { name: "runs", path: "/runs", role: "operator" },
  { name: "run", path: `/runs/${run}`, role: "operator", only: ["full", "error"] },
  { name: "guide", path: "/today?guide=1", role: "admin", only: ["full", "empty"] },
  { name: "workflows", path: "/workflows", role: "builder" },
  { name: "workflow", path: "/workflows/invoice-readiness", role: "builder", only: ["full", "error"] },
  { name: "workflow-new", path: "/workflows?new=blank", role: "builder", only: ["full"] },
  { name: "workflow-n8n", path: "/workflows?new=n8n", role: "builder", only: ["full"] },
  { name: "connections", path: "/connections", role: "admin" },
  { name: "connection", path: "/connections/accounting", role: "admin", only: ["full"] },
  { name: "connection-new", path: "/connections?new=crm", role: "admin", only: ["full"] },
  { name: "plugins", path: "/plugins?id=crm", role: "holder" },
  { name: "people", path: "/people", role: "admin" },
  { name: "people-add", path: "/people?new=member", role: "admin", only: ["full"] },
  { name: "teams", path: "/people?show=teams", role: "admin" },
  { name: "away", path: "/people?show=away", role: "admin", only: ["full", "error"] },
  { name: "accounts", path: "/people?show=accounts", role: "holder" },
  ...["you", "calendar", "routing", "channels", "tokens", "vault", "backups"].map((show) => ({ name: `settings-${show}`, path: `/settings?show=${show}`, role: "holder", only: show === "calendar" || show === "you" ? ["full", "error"] : undefined })),
  { name: "figures", path: "/figures", role: "viewer" },
  { name: "records", path: "/records", role: "viewer", only: ["full"] },
  { name: "record", path: "/records?q=cus_0003", role: "viewer" },
  { name: "truth-map", path: "/truth-map", role: "viewer" },
  { name: "truth-map-sentences", path: "/truth-map?show=sentences", role: "viewer", only: ["full"] },
  { name: "sign-in", path: "/today", role: null, only: ["full"] },
];

/** What the lists of every page are read from. */
const LISTS = /\/api\/v1\/(proposals|exceptions|runs|figures|connections|workflows|triggers|plugins|members|teams|accounts|delegations|calendar|routing-rules|channels|secrets|tokens|vault|backups|events|me\/sessions)/;
/** Pages that can stand without anything: what is whole by nature is not taken away. */
const MAY_BE_EMPTY = /\/api\/v1\/(proposals|exceptions|runs|figures|connections|workflows|triggers|plugins|members|teams|accounts|delegations|routing-rules|channels|secrets|tokens|backups|events)/;

async function picture(browser, world, page, size, theme, state) {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: theme, locale: "en-GB", deviceScaleFactor: size === "phone" ? 2 : 1 });
  if (page.role) await context.addCookies([await world.session(page.role)]);
  const tab = await context.newPage();
  if (state === "error") await tab.route(LISTS, (route) => route.fulfill(FAILURE));
  if (state === "empty") await tab.route(MAY_BE_EMPTY, (route) => route.fulfill({ json: route.request().url().includes("snapshot") ? { count: 0, sha256: "" } : { items: [], next: null } }));
  await tab.goto(world.address + page.path);
  // A failure is shown when the tries are over.
  await tab.waitForTimeout(state === "error" ? 9_000 : 700);
  await tab.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached", timeout: 15_000 }).catch(() => undefined);
  await tab.waitForTimeout(300);
  const name = `${page.name}-${size}-${theme}-${state}.png`;
  await tab.screenshot({ path: join(out, name), fullPage: false });
  await context.close();
  return name;
}

const world = await World.begin();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-background-networking"] });
try {
  mkdirSync(out, { recursive: true });
  const rows = [];
  const wanted = process.argv[2];
  for (const page of pages(await fill(world))) {
    if (wanted && !page.name.includes(wanted)) continue;
    for (const state of STATES.filter((one) => page.only?.includes(one) ?? true)) {
      const names = await Promise.all(Object.keys(SIZES).flatMap((size) => THEMES.map((theme) => picture(browser, world, page, size, theme, state))));
      rows.push(`<h2>${page.name}, ${state}</h2><p>${names.map((name) => `<a href="${name}"><img src="${name}" alt="${name}" height="300"></a>`).join(" ")}</p>`);
      console.log(page.name, state);
    }
  }
  writeFileSync(join(out, "index.html"), `<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title><h1>Every page, width, theme and state</h1>${rows.join("\n")}</html>\n`);
  console.log(join(out, "index.html"));
} finally {
  await browser.close();
  await world.end();
}
