import type { ReactNode } from "react";

interface SectionProps {
  title: string;
  words?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
  /** Without padding: what is inside has its own. */
  flush?: boolean;
}

/** One thing that can be set, with what it is for. */
export function Section({ title, words, action, children, flush = false }: SectionProps) {
  return (
    <section className="panel setting">
      <header>
        <h2 className="h2">{title}</h2>
        {action ? <span className="push row row--wrap row--end">{action}</span> : null}
      </header>
      {words ? <p className="setting-words">{words}</p> : null}
      <div className={flush ? "" : "body stack stack--4"}>{children}</div>
    </section>
  );
}
