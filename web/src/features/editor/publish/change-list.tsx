import { useMemo } from "react";

import { Mark, type MarkName } from "@/components/mark";

import { diffDocuments } from "../model/diff/diff";
import type { WorkflowDocument } from "../model/document";
import { changeItems, type Fate } from "./changes";

const MARKS: Readonly<Record<Fate, readonly [mark: MarkName, words: string]>> = { added: ["done", "Added"], removed: ["skip", "Taken away"], changed: ["soon", "Changed"] };

/** Two versions side by side, in words: each step that differs with what was before and what is after. */
export function ChangeList({ before, after, onGo }: { before: WorkflowDocument; after: WorkflowDocument; onGo?: (key: string) => void }) {
  const items = useMemo(() => changeItems(diffDocuments(before, after), before, after), [before, after]);
  if (!items.length) return <p className="c2">They say the same.</p>;
  return (
    <ul className="changes">
      {items.map((item, at) => {
        const [mark, words] = MARKS[item.fate];
        const { key } = item;
        return (
          <li key={`${item.fate}${item.title}${at}`}>
            <p className="row">
              <Mark name={mark} />
              {key === null || !onGo ? (
                <span className="semi cut">{item.title}</span>
              ) : (
                <button type="button" className="link semi cut" onClick={() => onGo(key)}>
                  {item.title}
                </button>
              )}
              <span className="t12 c3 push">{words}</span>
            </p>
            {item.lines.length ? (
              <div className="change-room">
                <table className="diff">
                  <thead>
                    <tr>
                      <th scope="col">Field</th>
                      <th scope="col">Before</th>
                      <th scope="col">After</th>
                    </tr>
                  </thead>
                  <tbody>
                    {item.lines.map((line) => (
                      <tr key={line.what}>
                        <td className="fld">{line.what}</td>
                        <td>
                          <del>{line.before}</del>
                        </td>
                        <td>
                          <ins>{line.after}</ins>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
