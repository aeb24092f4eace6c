/** Round numbers from nothing to at least the largest value. */
export function ticks(most: number, wanted = 4): number[] {
  if (most <= 0) return [0, 1];
  const rough = most / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? power * 10;
  const whole = Math.max(step, most < wanted ? 1 : step);
  const found: number[] = [];
  for (let at = 0; ; at += 1) {
    found.push(Number((at * whole).toPrecision(12)));
    if (at * whole >= most) return found;
  }
}

/** Which of many labels are written, so that they do not touch: the first, the last and some between. */
export function labelled(count: number, most: number): ReadonlySet<number> {
  if (count <= most) return new Set(Array.from({ length: count }, (_, at) => at));
  const step = Math.ceil((count - 1) / (most - 1));
  const found = new Set<number>();
  for (let at = 0; at < count; at += step) found.add(at);
  return found;
}

/** The value below which a share of all lies; null where there is none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  if (sorted.length === 0) return null;
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
