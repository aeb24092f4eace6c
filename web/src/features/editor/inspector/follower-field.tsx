import { useMemo } from "react";

import { leadsTo } from "../model/commands/connect";
import { nodeIndex } from "../model/node-index";
import { asText, entry } from "../model/text/value";
import { useDocument, useEditor } from "../state/context";

/** The steps that a step can lead to: those of its own list that do not come before it. */
export function useFollowers(node: string): readonly { readonly id: string; readonly title: string }[] {
  const document = useDocument();
  return useMemo(() => {
    const index = nodeIndex(document);
    const parent = index.byKey.get(node)?.parent ?? null;
    return (index.levels.get(parent) ?? []).flatMap((found) => {
      if (found.id === null || found.key === node || leadsTo(index, found.key, node)) return [];
      return [{ id: found.id, title: asText(entry(found.node, "title")) ?? found.id }];
    });
  }, [document, node]);
}

/** Where a port leads, as a list to choose from; several are kept as they are. */
export function FollowerField({ label, node, ids, onChange }: { label: string; node: string; ids: readonly string[]; onChange: (id: string | null) => void }) {
  const followers = useFollowers(node);
  const readOnly = useEditor((state) => state.readOnly);
  const [first = ""] = ids;
  const known = followers.some((one) => one.id === first);
  return (
    <label className="field">
      <span className="label">{label}</span>
      <select className="input" value={ids.length > 1 ? "*" : first} disabled={readOnly || ids.length > 1} onChange={(event) => onChange(event.target.value === "" ? null : event.target.value)}>
        <option value="">Nothing yet</option>
        {ids.length > 1 ? <option value="*">{ids.join(" and ")}</option> : null}
        {first && !known && ids.length === 1 ? <option value={first}>{first}</option> : null}
        {followers.map((one) => (
          <option key={one.id} value={one.id}>
            {one.title}
          </option>
        ))}
      </select>
    </label>
  );
}
