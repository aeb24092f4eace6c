import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";

import { Expression } from "../code/expression";
import { targetIds } from "../model/commands/retarget";
import { asText, entry, isList, isMap, shown, without, type Json } from "../model/text/value";
import { useEditor } from "../state/context";
import { useNodeField } from "./node-form";
import { FollowerField } from "./follower-field";

/** The cases of a rule: each with its condition and where it leads. */
export function SwitchForm({ node }: { node: string }) {
  const { value, write } = useNodeField(node);
  const readOnly = useEditor((state) => state.readOnly);
  const cases = entry(value, "switch");
  const list = isList(cases) ? cases : [];
  const hasElse = list.some((one) => entry(one, "else") !== undefined);
  const put = (next: readonly Json[]): void => write(["switch"], next);
  const add = (): void => {
    const at = hasElse ? list.findIndex((one) => entry(one, "else") !== undefined) : list.length;
    put([...list.slice(0, at), { when: "{{ true }}" }, ...list.slice(at)]);
  };
  return (
    <>
      {list.map((one, index) => (
        <CaseBox key={index} node={node} one={one} index={index} list={list} put={put} />
      ))}
      {readOnly ? null : (
        <div className="row row--wrap">
          <button type="button" className="btn btn--s" onClick={add}>
            <Plus className="i i--s" aria-hidden="true" />
            Add a condition
          </button>
          {hasElse ? null : (
            <button type="button" className="btn btn--s" onClick={() => put([...list, { else: true }])}>
              <Plus className="i i--s" aria-hidden="true" />
              Add “else”
            </button>
          )}
        </div>
      )}
      <label className="field">
        <span className="label">Goes on with</span>
        <select className="input" value={asText(entry(value, "match")) ?? "first"} disabled={readOnly} onChange={(event) => write(["match"], event.target.value === "all" ? "all" : undefined)}>
          <option value="first">The first condition that holds</option>
          <option value="all">Every condition that holds</option>
        </select>
      </label>
    </>
  );
}

interface CaseProps {
  readonly node: string;
  readonly one: Json;
  readonly index: number;
  readonly list: readonly Json[];
  readonly put: (next: readonly Json[]) => void;
}

function CaseBox({ node, one, index, list, put }: CaseProps) {
  const { value, write } = useNodeField(node);
  const readOnly = useEditor((state) => state.readOnly);
  const isElse = entry(one, "else") !== undefined;
  const port = isElse ? "else" : `case:${index}`;
  const name = isElse ? "Else" : `Condition ${index + 1}`;
  const swap = (other: number): void => put(list.map((kept, at) => (at === index ? (list[other] ?? null) : at === other ? one : kept)));
  const last = list.findIndex((kept) => entry(kept, "else") !== undefined);
  const lowest = last < 0 ? list.length - 1 : last - 1;
  return (
    <div className="item-box" role="group" aria-label={name}>
      <div className="item-tools">
        <span className="label">{name}</span>
        {readOnly ? null : (
          <>
            <button type="button" className="mini-btn push" aria-label={`Move ${name} up`} disabled={isElse || index === 0} onClick={() => swap(index - 1)}>
              <ArrowUp className="i i--s" aria-hidden="true" />
            </button>
            <button type="button" className="mini-btn" aria-label={`Move ${name} down`} disabled={isElse || index >= lowest} onClick={() => swap(index + 1)}>
              <ArrowDown className="i i--s" aria-hidden="true" />
            </button>
            <button type="button" className="mini-btn" aria-label={`Take away ${name}`} onClick={() => put(list.filter((_, at) => at !== index))}>
              <Trash2 className="i i--s" aria-hidden="true" />
            </button>
          </>
        )}
      </div>
      {isElse ? null : <Expression label={`${name}: when`} value={shown(entry(one, "when"))} onChange={(next) => write(["switch", index, "when"], next)} node={node} kind="condition" />}
      <FollowerField
        label={`${name} leads to`}
        node={node}
        ids={targetIds(value, port)}
        onChange={(id) => put(list.map((kept, at) => (at === index && isMap(kept) ? (id === null ? without(kept, "next") : { ...kept, next: id }) : kept)))}
      />
    </div>
  );
}
