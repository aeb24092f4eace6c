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
            <Link className="cut" to="/workflows/$workflow/edit" params={{ workflow: one.workflow }}>
              {one.workflow}
            </Link>
            <span className="push t12 c2">
              {one.based_on ? `from version ${one.based_on}` : "begun from nothing"}, saved <Ago time={one.saved_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
