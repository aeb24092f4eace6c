import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { Mark } from "@/components/mark";
import { When } from "@/components/time";
import { duration, plural, shortId } from "@/lib/format";

import type { RunDetail } from "./api";
import { apart, textsOf, type Comparison, type Difference, type Field } from "./compare";
import { keyWords, statusMark, statusTone, statusWords } from "./words";

/** Where a value is opened that is too large to stand here. */
export interface Places {
  here: string;
  there: string;
  /** The step that has it; none: the run itself. */
  step: string | null;
}

/** A cell; on a phone it says itself whose it is. */
function Cell({ whose, children }: { whose: "here" | "there"; children: ReactNode }) {
  return <td data-l={whose === "here" ? "This run" : "The other run"}>{children}</td>;
}

interface FactProps {
  name: string;
  of: (run: RunDetail) => ReactNode;
  compared: Comparison;
}

function Fact({ name, of, compared: { here, there } }: FactProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <Cell whose="here">{of(here)}</Cell>
      <Cell whose="there">{of(there)}</Cell>
    </tr>
  );
}

const runOf = (run: RunDetail): ReactNode => (
  <span className="row row--wrap cmp-run">
    <span className={`state ${statusTone(run.status)}`}>
      <Mark name={statusMark(run.status)} />
      {statusWords(run.status)}
    </span>
    <Link className="id" to="/runs/$run" params={{ run: run.run_id }} title={run.run_id}>
      {shortId(run.run_id)}
    </Link>
    <span className="c2 t12 push">
      <When time={run.created_at} />
      {run.duration_ms === null || run.duration_ms === undefined ? null : `, ${duration(run.duration_ms)}`}
    </span>
  </span>
);

const versionOf = ({ workflow, version }: RunDetail): ReactNode => (
  <>
    {workflow} v{version}
  </>
);

/** The two runs as wholes: which they are, and what they were given. */
export function RunFacts({ compared }: { compared: Comparison }) {
  const { here, there, input } = compared;
  return (
    <tbody>
      <Fact name="Run" of={runOf} compared={compared} />
      <Fact name="Version" of={versionOf} compared={compared} />
      {keyWords(here) === keyWords(there) ? null : <Fact name="Record" of={(run) => keyWords(run) || <span className="c3">none</span>} compared={compared} />}
      {input.certain + input.open === 0 ? (
        <tr>
          <th scope="row">Input</th>
          <td className="c2" colSpan={2}>
            The same
          </td>
        </tr>
      ) : (
        <FieldRows name="Input" difference={input} places={{ here: here.run_id, there: there.run_id, step: null }} />
      )}
    </tbody>
  );
}

interface RowsProps {
  name: string;
  difference: Difference;
  places: Places;
}

/** What differs in one value, field by field, and what is hidden of it. */
export function FieldRows({ name, difference, places }: RowsProps) {
  const { fields, rest, hidden, hiddenRest } = difference;
  return (
    <>
      {fields.map((field) => (
        <FieldRow key={field.path} name={name} field={field} places={places} />
      ))}
      {rest > 0 ? (
        <tr>
          <th scope="row" className="c3">
            {name}
          </th>
          <td className="c2" colSpan={2}>
            and {plural(rest, "field")} more
          </td>
        </tr>
      ) : null}
      {hidden.length > 0 ? (
        <tr>
          <th scope="row">
            {name} <span className="c3">hidden</span>
          </th>
          <td className="c2" colSpan={2}>
            ••• <span className="mono t12">{hidden.map((path) => path || "all of it").join(", ")}</span>
            {hiddenRest > 0 ? ` and ${plural(hiddenRest, "field")} more` : null}
          </td>
        </tr>
      ) : null}
    </>
  );
}

function FieldRow({ name, field, places }: { name: string; field: Field; places: Places }) {
  const texts = textsOf(field);
  return (
    <tr>
      <th scope="row">
        {name} <span className="mono t12 breaks">{field.path}</span>
      </th>
      <Cell whose="here">
        <Shown value={field.here} text={texts.here} run={places.here} step={places.step} />
      </Cell>
      <Cell whose="there">
        <Shown value={field.there} text={texts.there} run={places.there} step={places.step} />
      </Cell>
    </tr>
  );
}

const KILO = 1024;

/** One of the two values; one that is kept apart is opened where it always is. */
function Shown({ value, text, run, step }: { value: unknown; text: string | null; run: string; step: string | null }) {
  const large = apart(value);
  if (text === null) return <span className="c3">not there</span>;
  if (large === null) return <span className="value mono t12">{text}</span>;
  return (
    <p className="c2">
      {Math.max(Math.round(large.size / KILO), 1).toLocaleString("en-GB")} KB, too large to compare here.{" "}
      <Link to="/runs/$run" params={{ run }} search={step === null ? {} : { step }}>
        Open
      </Link>
    </p>
  );
}
