import type { CDPSession, ElementHandle, Page } from "@playwright/test";

/** Seconds of script and layout so far, as the browser counts them. */
async function work(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0;
  return of("ScriptDuration") + of("LayoutDuration") + of("RecalcStyleDuration");
}

export const middleOf = (times: number[]): number => times.sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;

/**
 * Milliseconds of script, layout and style in a frame in which `act` is done, 95th of 100: the middle one of three rounds of 60
 * frames, since whatever else the machine does falls into one or the other. `act` draws the frame itself.
 */
export async function frameWork(page: Page, act: (frame: number) => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const round = async (first: number): Promise<number> => {
    const times: number[] = [];
    for (let frame = 0; frame < 60; frame += 1) {
      const before = await work(session);
      await act(first + frame);
      times.push((await work(session)) - before);
    }
    times.sort((one, other) => one - other);
    return (times[Math.floor(times.length * 0.95)] ?? 0) * 1_000;
  };
  return middleOf([await round(0), await round(60), await round(120)]);
}

/** Scrolls by so many pixels and has that drawn. */
export const scroll = (element: ElementHandle<HTMLElement | SVGElement>, pixels: number): Promise<void> =>
  element.evaluate(async (scroller, by) => {
    scroller.scrollTop += by;
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  }, pixels);

/** Has what happened drawn. */
export const drawn = (page: Page): Promise<unknown> => page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));

/** Milliseconds from an address that is asked for until what it leads to is drawn. The middle one of three. */
export async function addressToDrawn(page: Page, address: string, comes: string): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    await page.goto(address, { waitUntil: "commit" });
    times.push(
      await page.evaluate(async (to) => {
        while (!document.querySelector(to)) await new Promise((next) => requestAnimationFrame(next));
        await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
        return performance.now();
      }, comes),
    );
  }
  return middleOf(times);
}

/** Milliseconds from a press of a link or button until what it leads to is drawn. The middle one of three, with the way back between them. */
export async function pressToDrawn(page: Page, press: string, comes: string, back: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    if (turn > 0) await back();
    await page.locator(press).filter({ visible: true }).first().waitFor();
    times.push(
      await page.evaluate(
        async ([from, to]) => {
          const began = performance.now();
          // The link that is in sight: a phone has others than a desk.
          [...document.querySelectorAll<HTMLElement>(from ?? "")].find((one) => one.checkVisibility())?.click();
          while (!document.querySelector(to ?? "")) await new Promise((next) => requestAnimationFrame(next));
          await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
          return performance.now() - began;
        },
        [press, comes],
      ),
    );
  }
  return middleOf(times);
}

/** Says what was measured; a measurement says something on an idle machine only, there `TARGETS=1` holds it to its target. */
export function held(what: string, found: number, target: number): void {
  console.log(`${what}: ${found.toFixed(1)} ms, target ${target}`);
  if (process.env.TARGETS && found > target) throw new Error(`${what}: ${found.toFixed(1)} ms, more than ${target}`);
}
