import { usePhone } from "@/lib/narrow";

export interface BarPart {
  /** Which look: `full`, `hatched` or `late`. */
  look: "full" | "hatched" | "late";
  count: number;
}

export interface BarRow {
  label: string;
  parts: readonly BarPart[];
  /** At the end of the row: money, or nothing. */
  note?: string;
}

interface BarRowsProps {
  rows: readonly BarRow[];
  summary: string;
  /** What each look means. */
  looks: Partial<Record<BarPart["look"], string>>;
  tone?: "exc" | "path";
}

const ROW = 34;
const WIDE = { left: 132, width: 560, longest: 286, letters: 22 };
/** Drawn as wide as a phone shows it, so that its letters keep their size. */
const PHONE: typeof WIDE = { left: 104, width: 320, longest: 120, letters: 16 };

const total = (row: BarRow): number => row.parts.reduce((sum, part) => sum + part.count, 0);

/** Rows of bars with their counts beside them. */
export function BarRows({ rows, summary, looks, tone = "exc" }: BarRowsProps) {
  const most = Math.max(1, ...rows.map(total));
  const box = usePhone() ? PHONE : WIDE;
  return (
    <>
      <svg className={`chart-svg bars--${tone}`} viewBox={`0 0 ${box.width} ${rows.length * ROW + 12}`} role="img" aria-label={summary}>
        <Hatch />
        {rows.map((row, at) => (
          <Bar key={row.label} row={row} top={at * ROW + 6} most={most} box={box} />
        ))}
        <path className="gl0" d={`M${box.left - 1} 4V${rows.length * ROW + 8}`} />
      </svg>
      <div className={`key bars--${tone}`}>
        {(Object.entries(looks) as [BarPart["look"], string][]).map(([look, words]) => (
          <span key={look}>
            <svg width="14" height="12" aria-hidden="true">
              <Hatch />
              <rect className={`bar-${look}`} x="1" y="1" width="12" height="10" rx="2" />
            </svg>
            {words}
          </span>
        ))}
      </div>
    </>
  );
}

const Hatch = () => (
  <defs>
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <path className="hatch" d="M0 0v6" />
    </pattern>
  </defs>
);

function Bar({ row, top, most, box }: { row: BarRow; top: number; most: number; box: typeof WIDE }) {
  const count = total(row);
  const widths = row.parts.map((part) => (part.count / most) * box.longest);
  return (
    <g>
      <text className="ax ax--end" x={box.left - 10} y={top + 15}>
        {row.label.length > box.letters ? `${row.label.slice(0, box.letters - 1)}…` : row.label}
      </text>
      {row.parts.map((part, at) => (part.count === 0 ? null : <rect key={part.look} className={`bar-${part.look}`} x={box.left + 1 + widths.slice(0, at).reduce((sum, width) => sum + width, 0)} y={top} width={Math.max((widths[at] ?? 0) - 2, 3)} height="22" rx="3" />))}
      <text className="ax-b" x={box.left + 10 + widths.reduce((sum, width) => sum + width, 0)} y={top + 15}>
        {count.toLocaleString("en-GB")}
      </text>
      {row.note ? (
        <text className="ax ax--end" x={box.width - 8} y={top + 15}>
          {row.note}
        </text>
      ) : null}
    </g>
  );
}
