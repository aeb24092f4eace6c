import { CircleHelp } from "lucide-react";
import { useId, useState } from "react";

/** What a figure counts: by pointer, by focus, and gone with Escape. */
export function Definition({ of, children }: { of: string; children: string }) {
  const id = useId();
  const [hidden, setHidden] = useState(false);
  return (
    <span className="definition" data-hidden={hidden} onMouseLeave={() => setHidden(false)} onBlur={() => setHidden(false)}>
      <button type="button" className="definition-ask" aria-label={`What “${of}” counts`} aria-describedby={id} onKeyDown={(event) => event.key === "Escape" && setHidden(true)}>
        <CircleHelp className="i i--s" aria-hidden="true" />
      </button>
      <span role="tooltip" id={id} className="definition-words">
        {children}
      </span>
    </span>
  );
}
