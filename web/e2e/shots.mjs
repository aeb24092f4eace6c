// A picture of every page × {desktop, phone} × {light, dark} × {empty, full, error}, with an index page.
// Full and empty are a real server's; an error is a server that answers 503 to the lists.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { fill } from "./shots-fill.mjs";
import { pages } from "./shots-pages.mjs";
import { World } from "./world.mjs";

const out = process.env.SHOTS ?? fileURLToPath(new URL("../../target/shots/web/", import.meta.url));
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 375, height: 812 } };
const THEMES = ["light", "dark"];
const STATES = ["full", "empty", "error"];

const FAILURE = { status: 503, contentType: "application/json", body: JSON.stringify({ error: { code: "TL0501", message: "the database does not answer", hint: "it goes on by itself when it is back", docs: "" } }) };

/** What the lists of every page are read from. */
const LISTS = /\/api\/v1\/(proposals|exceptions|runs|figures|connections|workflows|triggers|plugins|members|teams|accounts|delegations|calendar|routing-rules|channels|secrets|tokens|vault|backups|events|me\/sessions)/;
/** Pages that can stand without anything: what is whole by nature is not taken away. */
const MAY_BE_EMPTY = /\/api\/v1\/(proposals|exceptions|runs|figures|connections|workflows|triggers|plugins|members|teams|accounts|delegations|routing-rules|channels|secrets|tokens|backups|events)/;

/** In the page: something is there, nothing is being loaded, and the letters are the page's own. */
const SETTLED = () => document.querySelector("h1, h2") && !document.querySelector('[role="status"][aria-label="Loading"], .skel') && document.fonts.status === "loaded";

async function picture(browser, world, page, size, theme, state) {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: theme, locale: "en-GB", deviceScaleFactor: size === "phone" ? 2 : 1 });
  if (page.role) await context.addCookies([await world.session(page.role)]);
  const tab = await context.newPage();
  tab.setDefaultTimeout(10_000);
  if (state === "error") await tab.route(LISTS, (route) => route.fulfill(FAILURE));
  if (state === "empty") await tab.route(MAY_BE_EMPTY, (route) => route.fulfill({ json: route.request().url().includes("snapshot") ? { count: 0, sha256: "" } : { items: [], next: null } }));
  await tab.goto(world.address + page.path);
  // A failure is shown when the tries are over.
  await tab.waitForTimeout(state === "error" ? 9_000 : 500);
  await tab.waitForFunction(SETTLED, null, { timeout: 20_000 }).catch(() => console.error(`${page.name}, ${size}, ${theme}, ${state}: it was still loading`));
  // What cannot be opened is said; the picture then shows why.
  if (page.act) await page.act(tab, size).catch((error) => console.error(`${page.name}, ${size}, ${theme}: ${error.message.split("\n")[0]}`));
  await tab.waitForTimeout(page.act ? 600 : 300);
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
      const names = await Promise.all((page.sizes ?? Object.keys(SIZES)).flatMap((size) => THEMES.map((theme) => picture(browser, world, page, size, theme, state))));
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
