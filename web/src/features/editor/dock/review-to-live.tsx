import { Mark } from "@/components/mark";
import { capital } from "@/lib/format";

import { fieldAt } from "../model/document";
import { reviewGate } from "../model/graph/gate";
import { asText } from "../model/text/value";
import { focusOn } from "../state/editor-store";
import { useDocument, useEditorStore } from "../state/context";

/** How far the workflow is on its way from review to live: what the text says about it. */
export function ReviewToLive() {
  const document = useDocument();
  const store = useEditorStore();
  const gate = reviewGate(document);
  const stage = asText(fieldAt(document, ["review", "stage"]));
  const tolerated = fieldAt(document, ["review", "tolerated_error"]);
  const until = asText(fieldAt(document, ["review", "until"])) ?? "graduated";
  return (
    <section aria-label="Review to live">
      <header>
        <h2 className="h2">Review to live</h2>
        <button type="button" className="link t12 push" onClick={() => focusOn(store, null, "review")}>
          Stage and approvals
        </button>
      </header>
      <ul className="stack t12">
        <li className="row">
          <Mark name={gate?.state === "passes" ? "done" : gate?.state === "waits" ? "gate" : "draft"} small />
          {gate ? `${capital(stage ?? "")}: ${gate.words}` : "The stage is not said yet"}
        </li>
        <li className="row">
          <Mark name="idle" small />
          {`At most ${typeof tolerated === "number" ? `${tolerated * 100} %` : (asText(tolerated) ?? "1%")} of decisions may be wrong`}
        </li>
        <li className="row">
          <Mark name="idle" small />
          {until === "graduated" ? "Live after enough clean decisions and a named sign-off" : `In review until ${until}`}
        </li>
      </ul>
    </section>
  );
}
