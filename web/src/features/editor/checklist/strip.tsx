import clsx from "clsx";
import { useMemo } from "react";

import { Mark } from "@/components/mark";
import { capital } from "@/lib/format";

import { checklist, type Part, type PartState } from "../model/checklist";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { nodeIndex } from "../model/node-index";
import { focusOn } from "../state/editor-store";
import { useDocument, useEditor, useEditorStore } from "../state/context";

/** The tab of the workflow's inspector that answers a part. */
const TABS: Readonly<Record<Part, string>> = { trigger: "trigger", source: "workflow", normal_path: "steps", exception_path: "exceptions", owners: "exceptions", log: "log", review: "review" };

/** The seven parts of a complete workflow. Each leads to where it is answered. */
export function PartsStrip() {
  const document = useDocument();
  const catalog = useEditor((state) => state.catalog);
  const store = useEditorStore();
  const parts = useMemo(() => checklist(document), [document]);
  const complete = parts.filter((part) => part.missing.length === 0).length;
  const go = (part: PartState): void => {
    const step = [...nodeIndex(document).byKey.values()].find((found) => found.path.length === part.path.length && found.path.every((at, index) => at === part.path[index]));
    if (part.part === "trigger") focusOn(store, TRIGGER_KEY);
    else if (part.part === "owners" && step) focusOn(store, step.key, "exceptions");
    else focusOn(store, null, TABS[part.part]);
  };
  return (
    <ol className="parts" aria-label={`Seven parts of a complete workflow, ${complete} answered`}>
      {parts.map((part) => {
        const missing = part.missing.length > 0;
        const words = part.part === "trigger" ? (catalog.triggers.get(part.words)?.title ?? part.words) : part.words;
        return (
          <li key={part.part} className={clsx(missing && "todo")}>
            <button type="button" onClick={() => go(part)} title={missing ? part.missing.join(". ") : undefined}>
              <Mark name={missing ? "soon" : "done"} />
              <span className="cut">{part.title}</span>
              <small className="cut">{missing && part.words === "None" ? "Not answered yet" : capital(words)}</small>
              {missing ? <span className="sr">: {part.missing.join(". ")}</span> : null}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
