import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";

import { World, type Role } from "./world.mjs";

interface Fixtures {
  /** A page of somebody who is signed in. */
  as: (role: Role, path: string) => Promise<Page>;
  isPhone: boolean;
  /** A server where nobody has been, with the simulated systems beside it. */
  empty: World;
  /** A page of nobody. */
  alone: Page;
}

/** Collects what breaks in a page: errors of its script, and what its policy refuses, which is told on the console. */
function watch(page: Page, broken: string[]): void {
  page.on("pageerror", (error) => broken.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy|Trusted/i.test(message.text())) broken.push(message.text());
  });
}

export const test = base.extend<Fixtures, { world: World }>({
  world: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const world = await World.begin();
      await use(world);
      await world.end();
    },
    { scope: "worker", timeout: 240_000 },
  ],
  as: async ({ world, browser, contextOptions, viewport, colorScheme }, use) => {
    const contexts: { close(): Promise<void> }[] = [];
    const broken: string[] = [];
    await use(async (role, path) => {
      const context = await browser.newContext({ ...contextOptions, viewport, colorScheme });
      contexts.push(context);
      await context.addCookies([await world.session(role)]);
      const page = await context.newPage();
      watch(page, broken);
      await page.goto(world.address + path);
      return page;
    });
    for (const context of contexts) await context.close();
    expect(broken, "errors in the page").toEqual([]);
  },
  // eslint-disable-next-line no-empty-pattern
  empty: async ({}, use) => {
    const world = await World.begin({ empty: true });
    await use(world);
    await world.end();
  },
  alone: async ({ browser, contextOptions, viewport, colorScheme }, use) => {
    const context = await browser.newContext({ ...contextOptions, viewport, colorScheme });
    const page = await context.newPage();
    const broken: string[] = [];
    watch(page, broken);
    await use(page);
    await context.close();
    expect(broken, "errors in the page").toEqual([]);
  },
  isPhone: async ({ viewport }, use) => {
    await use((viewport?.width ?? 0) <= 640);
  },
});

export { expect };

/** No serious finding of accessibility, in whatever theme and width the page has. */
export async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  const serious = violations.filter((one) => one.impact === "serious" || one.impact === "critical");
  expect(serious.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary ?? ""}`).join(" | ")}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), "nothing sticks out sideways").toBeLessThanOrEqual(0);
}
