interface SparkProps {
  values: readonly number[];
  /** The scale; a rate is from 0 to 1, so that a small change does not look like a large one. */
  from?: number;
  to?: number;
  tone?: "path" | "exc" | "review";
}

const WIDTH = 96;
const HEIGHT = 24;
const EDGE = 3;

/** How something went, as one line. What it says stands beside it in words. */
export function Spark({ values, from, to, tone = "path" }: SparkProps) {
  if (values.length < 2) return null;
  const low = from ?? Math.min(...values);
  const high = to ?? Math.max(...values);
  const span = high - low || 1;
  const points = values.map((value, at) => `${((at / (values.length - 1)) * WIDTH).toFixed(1)} ${(HEIGHT - EDGE - ((value - low) / span) * (HEIGHT - 2 * EDGE)).toFixed(1)}`);
  return (
    <svg className={`spark spark--${tone}`} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={`M${points.join("L")}`} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
