import type { ReactNode } from "react";

/** One shape per meaning, always beside a word. */
const SHAPES = {
  copy: <circle className="o" cx="8" cy="8" r="5" />,
  done: (
    <>
      <circle className="f" cx="8" cy="8" r="7" />
      <path className="k" d="m5 8.3 2.1 2.1L11.2 6" />
    </>
  ),
  doubt: (
    <>
      <path className="f" d="M5.200 1h5.600L15 5.200v5.600L10.800 15H5.200L1 10.800V5.200z" />
      <path className="k" d="M6 6.300a2 2 0 1 1 2.800 1.900c-.5.2-.8.500-.8 1M8 11.600v.1" />
    </>
  ),
  draft: <circle className="o" cx="8" cy="8" r="5.500" strokeDasharray="2.600 2.150" />,
  exc: (
    <>
      <path className="f" d="M8 .8 15.2 8 8 15.2.8 8z" />
      <path className="k" d="M8 4.8v3.6M8 11v.1" />
    </>
  ),
  fail: (
    <>
      <rect className="f" x="1.500" y="1.500" width="13" height="13" rx="2.500" />
      <path className="k" d="m5.500 5.500 5 5M10.500 5.500l-5 5" />
    </>
  ),
  flag: <path className="o" strokeLinejoin="round" strokeLinecap="round" d="M4 14.500V2h8l-1.800 3L12 8H4" />,
  gate: (
    <>
      <path className="o" strokeLinecap="round" strokeWidth="2" d="M3 2.5v11M13 2.5v11" />
      <path className="o" strokeLinecap="round" strokeWidth="2" d="M3 6h10M3 10h10" />
    </>
  ),
  idle: <circle className="o" cx="8" cy="8" r="5.500" />,
  late: (
    <>
      <path
        className="f"
        d="M8 1.2c.5 0 .9.2 1.1.7l6 10.9c.5.9-.1 1.9-1.100 1.900H2c-1 0-1.600-1-1.100-1.900l6-10.900c.2-.5.6-.7 1.100-.7z"
      />
      <path className="k" d="M8 6v3.300M8 11.900v.1" />
    </>
  ),
  never: (
    <>
      <circle className="o" cx="8" cy="8" r="6" />
      <path className="o" strokeWidth="2.200" d="M4.800 8h6.400" />
    </>
  ),
  owner: (
    <>
      <circle className="o" cx="8" cy="8" r="6" />
      <circle className="f" cx="8" cy="8" r="3.2" />
    </>
  ),
  pause: (
    <>
      <circle className="o" cx="8" cy="8" r="6" />
      <path className="o" strokeLinecap="round" d="M6.500 6v4M9.500 6v4" />
    </>
  ),
  run: (
    <>
      <circle className="o" cx="8" cy="8" r="6" opacity=".3" />
      <path className="o" strokeLinecap="round" d="M8 2a6 6 0 0 1 6 6" />
    </>
  ),
  shadow: (
    <>
      <circle className="o" cx="8" cy="8" r="5.500" strokeDasharray="1 2.460" strokeLinecap="round" />
      <circle className="f" cx="8" cy="8" r="2" />
    </>
  ),
  skip: (
    <>
      <circle className="o" cx="8" cy="8" r="5.500" />
      <path className="o" d="m4.300 11.700 7.400-7.400" />
    </>
  ),
  soon: (
    <>
      <path className="o" strokeLinejoin="round" d="M8 1.8 14.2 8 8 14.2 1.8 8z" />
      <path className="o" strokeLinecap="round" d="M8 5.4v3M8 10.6v.1" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type MarkName = keyof typeof SHAPES;

export function Mark({ name, small = false }: { name: MarkName; small?: boolean }) {
  return (
    <svg className={`m m-${name}${small ? " m--s" : ""}`} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}
