import { usePhone } from "@/lib/narrow";

import { labelled } from "./scale";

export interface Series {
  name: string;
  /** One for each label; null where there is nothing to say. */
  values: readonly (number | null)[];
}

interface LineChartProps {
  labels: readonly string[];
  series: readonly Series[];
  /** Said in full to who does not see it. */
  summary: string;
  low: number;
  high: number;
  format: (value: number) => string;
}

const WIDE = { width: 560, height: 204, left: 48, right: 12, top: 14, bottom: 28 };
/** Drawn as wide as a phone shows it, so that its letters keep their size. */
const PHONE: typeof WIDE = { ...WIDE, width: 320 };
const LINES = ["line-1", "line-2", "line-3"] as const;
const STEPS = 4;

const xOf =
  (box: typeof WIDE) =>
  (at: number, count: number): number =>
    box.left + (count < 2 ? 0.5 : at / (count - 1)) * (box.width - box.left - box.right);

/** Lines that differ by their dashes as well, each with its name at its end. */
export function LineChart({ labels, series, summary, low, high, format }: LineChartProps) {
  const phone = usePhone();
  const box = phone ? PHONE : WIDE;
  const x = xOf(box);
  const y = (value: number): number => box.height - box.bottom - ((value - low) / (high - low || 1)) * (box.height - box.top - box.bottom);
  const written = labelled(labels.length, phone ? 4 : 7);
  return (
    <>
      <svg className="chart-svg" viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-label={summary}>
        {Array.from({ length: STEPS + 1 }, (_, step) => low + ((high - low) * step) / STEPS).map((value, at) => (
          <g key={value}>
            <path className={at === 0 ? "gl0" : "gl"} d={`M${box.left} ${y(value)}H${box.width - box.right}`} />
            <text className="ax ax--end" x={box.left - 8} y={y(value) + 4}>
              {format(value)}
            </text>
          </g>
        ))}
        {labels.map((label, at) =>
          written.has(at) ? (
            <text key={label} className={at === 0 ? "ax" : at === labels.length - 1 ? "ax ax--end" : "ax ax--mid"} x={x(at, labels.length)} y={box.height - 8}>
              {label}
            </text>
          ) : null,
        )}
        {series.map((one, at) => (
          <Line key={one.name} series={one} style={LINES[at] ?? "line-3"} x={x} y={y} dots={at === 0 && labels.length <= 31} />
        ))}
      </svg>
      <Key series={series} format={format} />
    </>
  );
}

function Line({ series, style, x, y, dots }: { series: Series; style: string; x: (at: number, count: number) => number; y: (value: number) => number; dots: boolean }) {
  const points = series.values.flatMap((value, at) => (value === null ? [] : [{ x: x(at, series.values.length), y: y(value) }]));
  return (
    <g className={style}>
      <path className="chart-line" d={points.map((point, at) => `${at === 0 ? "M" : "L"}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join("")} />
      {dots || points.length === 1 ? points.map((point) => <circle key={point.x} className="chart-dot" cx={point.x} cy={point.y} r="3" />) : null}
    </g>
  );
}

function Key({ series, format }: { series: readonly Series[]; format: (value: number) => string }) {
  return (
    <div className="key">
      {series.map((one, at) => {
        const last = one.values.filter((value): value is number => value !== null).at(-1);
        return (
          <span key={one.name}>
            <svg width="22" height="10" aria-hidden="true" className={LINES[at] ?? "line-3"}>
              <path className="chart-line" d="M0 5h22" />
            </svg>
            {one.name} {last === undefined ? null : <b>{format(last)}</b>}
          </span>
        );
      })}
    </div>
  );
}
