import { Copy, Group, Trash2 } from "lucide-react";

import { plural } from "@/lib/format";

import { useCanvasActs } from "../canvas/acts";
import { useEditor } from "../state/context";
import { graphOf } from "../model/graph/graph";

/** Several steps are chosen: what can be done with all of them. */
export function SeveralInspector({ keys }: { keys: readonly string[] }) {
  const acts = useCanvasActs();
  const readOnly = useEditor((state) => state.readOnly);
  const graph = useEditor((state) => graphOf(state.history.document, state.catalog.model));
  const titles = new Map(graph.nodes.map((node) => [node.key, node.title]));
  return (
    <>
      <header>
        <h2 className="h2">{plural(keys.length, "step")} chosen</h2>
      </header>
      <div className="form">
        {readOnly ? null : (
          <div className="row row--wrap">
            <button type="button" className="btn btn--s" onClick={() => acts.duplicate()}>
              <Copy className="i i--s" aria-hidden="true" />
              Duplicate
            </button>
            <button type="button" className="btn btn--s" onClick={() => acts.group()}>
              <Group className="i i--s" aria-hidden="true" />
              Group
            </button>
            <button type="button" className="btn btn--s btn--no" onClick={() => acts.remove()}>
              <Trash2 className="i i--s" aria-hidden="true" />
              Delete
            </button>
          </div>
        )}
        <ul className="stack t12 c2">
          {keys.slice(0, 60).map((key) => (
            <li key={key} className="cut">
              {titles.get(key) ?? key}
            </li>
          ))}
          {keys.length > 60 ? <li>and {keys.length - 60} more</li> : null}
        </ul>
      </div>
    </>
  );
}
