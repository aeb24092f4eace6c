import { ArrowRight } from "lucide-react";

import { System } from "@/components/pieces";
import { isEmpty, Value } from "@/components/value";
import { words } from "@/lib/format";

import type { Field, Operation } from "./api";
import { deed, undoWords } from "./words";

function FieldRow({ field }: { field: Field }) {
  return (
    <tr>
      <th className="fld" scope="row">
        {words(field.field)}
      </th>
      <td className="was">
        {isEmpty(field.before) ? <span className="none">empty</span> : <del><Value value={field.before} /></del>}
      </td>
      <td className="ar">
        <ArrowRight className="i i--s" aria-hidden="true" />
        <span className="sr">becomes</span>
      </td>
      <td className="now">
        {isEmpty(field.after) ? <ins><span className="none">empty</span></ins> : <ins className={typeof field.after === "object" ? "ins-block" : ""}><Value value={field.after} /></ins>}
      </td>
    </tr>
  );
}

/** One write: which system, which record, and each field before and after. */
export function OperationCard({ operation, at }: { operation: Operation; at: number }) {
  return (
    <section className="opset" aria-label={`Write ${at}: ${deed(operation)}`}>
      <header>
        <span className="t12 c3">{at}</span>
        <System name={operation.system} />
        <span className="semi">{deed(operation)}</span>
        {operation.record_id ? <span className="id wide">{operation.record_id}</span> : null}
        <span className="push t12 c2 wide">{undoWords(operation.undo)}</span>
      </header>
      <table className="diff">
        <thead>
          <tr>
            <th className="fld" scope="col">Field</th>
            <th className="was" scope="col">Before</th>
            <th className="ar" />
            <th className="now" scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {operation.fields.map((field) => (
            <FieldRow field={field} key={field.field} />
          ))}
        </tbody>
      </table>
      {operation.complete ? null : <p className="note note--exc opset-note">The preview could not read everything: a field may change that is not shown here.</p>}
    </section>
  );
}
