import { useQuery } from "@tanstack/react-query";
import { useId, useMemo } from "react";

import { membersOptions, teamsOptions } from "@/lib/people";
import { useWorkspace } from "@/lib/workspace";

import { asText } from "../../model/text/value";
import { nodeIndex } from "../../model/node-index";
import { useDocument } from "../../state/context";
import { upstreamOf } from "../../samples/upstream";
import { useForm, type FieldProps } from "./context";
import { Labelled } from "./label";

const ROLES = ["role:field_lead", "role:approver", "role:operator", "role:builder", "role:admin"];

/** Teams, people and roles that can own something here. */
export function useOwners(): readonly { readonly value: string; readonly words: string }[] {
  const workspace = useWorkspace((state) => state.workspace);
  const teams = useQuery(teamsOptions(workspace)).data;
  const members = useQuery(membersOptions(workspace)).data;
  return useMemo(
    () => [
      ...(teams ?? []).map((team) => ({ value: `team:${team.team}`, words: "team" })),
      ...(members ?? []).map((member) => ({ value: `person:${member.handle}`, words: member.name })),
      ...ROLES.map((value) => ({ value, words: "role" })),
    ],
    [members, teams],
  );
}

interface SuggestProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly words: string }[];
  readonly placeholder?: string | undefined;
  readonly readOnly: boolean;
  readonly id?: string;
  readonly label?: string;
}

/** A text for which the usual ones are offered. */
export function Suggested({ value, onChange, options, placeholder, readOnly, label, ...props }: SuggestProps) {
  const list = useId();
  return (
    <>
      <input {...props} className="input" aria-label={label} list={list} value={value} placeholder={placeholder} readOnly={readOnly} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
      <datalist id={list}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.words}
          </option>
        ))}
      </datalist>
    </>
  );
}

export const DUES = ["1 business day", "4 business hours", "next_business_day 12:00", "2 business days", "4h", "1d"].map((value) => ({ value, words: "" }));

export function OwnerField(field: FieldProps) {
  const { write, readOnly } = useForm();
  const owners = useOwners();
  return (
    <Labelled field={field}>{(props) => <Suggested {...props} value={asText(field.value) ?? ""} onChange={(value) => write(field.path, value === "" ? undefined : value)} options={owners} placeholder="team:billing" readOnly={readOnly} />}</Labelled>
  );
}

export function DueField(field: FieldProps) {
  const { write, readOnly } = useForm();
  return (
    <Labelled field={field}>{(props) => <Suggested {...props} value={asText(field.value) ?? ""} onChange={(value) => write(field.path, value === "" ? undefined : value)} options={DUES} placeholder="1 business day" readOnly={readOnly} />}</Labelled>
  );
}

/** One of the steps before: where to go on from. */
export function NodeField(field: FieldProps) {
  const { node, write, readOnly } = useForm();
  const document = useDocument();
  const before = node === null ? [] : upstreamOf(document, node);
  const all = before.length ? before : nodeIndex(document).entries;
  const value = asText(field.value) ?? "";
  return (
    <Labelled field={field}>
      {(props) => (
        <select {...props} className="input" value={value} disabled={readOnly} onChange={(event) => write(field.path, event.target.value === "" ? undefined : event.target.value)}>
          <option value="">Not said</option>
          {value && !all.some((one) => one.id === value) ? <option value={value}>{value}</option> : null}
          {all.map((one) => (one.id === null ? null : <option key={one.id} value={one.id}>{one.id}</option>))}
        </select>
      )}
    </Labelled>
  );
}
