import { Link } from "@tanstack/react-router";

import { Mark } from "@/components/mark";
import { Ago } from "@/components/time";

import { useDrafts } from "./api";

/** Texts that are being written, published before or not: the way back to each. */
export function Drafts() {
  const { items } = useDrafts();
  if (items.length === 0) return null;
  return (
    <section className="panel" aria-label="Drafts">
      <header>
        <h2 className="h2">Drafts</h2>
        <span className="badge">{items.length}</span>
      </header>
      <ul className="list">
        {items.map((one) => (
          <li key={one.workflow}>
            <Mark name="idle" />
            <div className="two">
              <Link className="text-ink semi cut" to="/workflows/$workflow/edit" params={{ workflow: one.workflow }}>
                {one.workflow}
              </Link>
              <span className="t12 c3">
                {one.based_on ? `From version ${one.based_on}` : "Begun from nothing"}, saved <Ago time={one.saved_at} />
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
