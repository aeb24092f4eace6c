import { describe, expect, it } from "vitest";

import { laterTimes } from "./later";

const labels = (now: Date, end: Date) => laterTimes(now, end).map((one) => one.label);
const wednesday = new Date(2026, 8, 2, 15, 30);

describe("times to put something off until", () => {
  it("are those before it ends", () => {
    expect(labels(wednesday, new Date(2026, 8, 30))).toEqual(["In an hour", "In 4 hours", "Tomorrow, 09:00", "Monday, 09:00"]);
    expect(labels(wednesday, new Date(2026, 8, 2, 17))).toEqual(["In an hour"]);
    expect(labels(wednesday, new Date(2026, 8, 2, 16))).toEqual([]);
  });

  it("are mornings of the viewer's days", () => {
    const [, , tomorrow, monday] = laterTimes(wednesday, new Date(2026, 8, 30));
    expect(tomorrow?.until).toEqual(new Date(2026, 8, 3, 9));
    expect(monday?.until).toEqual(new Date(2026, 8, 7, 9));
  });

  it("names Monday once, and on a Monday the next one", () => {
    expect(labels(new Date(2026, 8, 6, 12), new Date(2026, 8, 30))).toEqual(["In an hour", "In 4 hours", "Tomorrow, 09:00"]);
    const next = laterTimes(new Date(2026, 8, 7, 8), new Date(2026, 8, 30)).at(-1);
    expect(next).toEqual({ label: "Monday, 09:00", until: new Date(2026, 8, 14, 9) });
  });
});
