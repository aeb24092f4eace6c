import { usePhone } from "@/lib/narrow";

import { labelled, ticks } from "./scale";

export interface Column {
  label: string;
  /** From the ground up: went through alone, touched by somebody, still open. */
  parts: readonly [number, number, number];
}

const WIDE = { width: 560, height: 204, left: 40, right: 8, top: 12, bottom: 28 };
/** Drawn as wide as a phone shows it, so that its letters keep their size. */
const PHONE: typeof WIDE = { ...WIDE, width: 320, right: 20 };
const LOOKS = ["col-full", "col-hatched", "col-open"] as const;

/** Columns of three parts that differ by their filling as well. */
export function ColumnsChart({ columns, summary, words }: { columns: readonly Column[]; summary: string; words: readonly [string, string, string] }) {
  const phone = usePhone();
  const box = phone ? PHONE : WIDE;
  const scale = ticks(Math.max(1, ...columns.map(({ parts }) => parts[0] + parts[1] + parts[2])));
  const most = scale.at(-1) ?? 1;
  const room = box.height - box.top - box.bottom;
  const step = (box.width - box.left - box.right) / Math.max(columns.length, 1);
  const width = Math.min(step * 0.72, 36);
  const written = labelled(columns.length, phone ? 4 : 7);
  const y = (value: number) => box.height - box.bottom - (value / most) * room;
  return (
    <>
      <svg className="chart-svg" viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-label={summary}>
        <defs>
          <pattern id="hatch-path" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <path className="hatch-path" d="M0 0v6" />
          </pattern>
        </defs>
        {scale.map((value, at) => (
          <g key={value}>
            <path className={at === 0 ? "gl0" : "gl"} d={`M${box.left} ${y(value)}H${box.width - box.right}`} />
            <text className="ax ax--end" x={box.left - 8} y={y(value) + 4}>
              {value.toLocaleString("en-GB")}
            </text>
          </g>
        ))}
        {columns.map((column, at) => (
          <g key={column.label}>
            <Stack column={column} x={box.left + step * at + (step - width) / 2} width={width} y={y} />
            {written.has(at) ? (
              <text className="ax ax--mid" x={box.left + step * (at + 0.5)} y={box.height - 8}>
                {column.label}
              </text>
            ) : null}
          </g>
        ))}
      </svg>
      <div className="key">
        {words.map((word, at) => (
          <span key={word}>
            <svg width="14" height="12" aria-hidden="true">
              <rect className={LOOKS[at]} x="1" y="1" width="12" height="10" rx="2" />
            </svg>
            {word}
          </span>
        ))}
      </div>
    </>
  );
}

function Stack({ column, x, width, y }: { column: Column; x: number; width: number; y: (value: number) => number }) {
  return column.parts.map((part, at) => {
    if (part === 0) return null;
    const below = column.parts.slice(0, at).reduce((sum, one) => sum + one, 0);
    const top = y(below + part);
    return <rect key={at} className={LOOKS[at]} x={x} y={top + 0.5} width={width} height={Math.max(y(below) - top - 1, 1)} rx="2" />;
  });
}
