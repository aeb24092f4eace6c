import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { words } from "@/lib/format";
import { membersOptions, teamsOptions } from "@/lib/people";
import { useWorkspace } from "@/lib/workspace";

import { Field } from "./field";

interface OwnerSelectProps {
  label: string;
  help?: ReactNode;
  value: string;
  /** What stands for nobody. */
  none?: string;
  onChange: (owner: string) => void;
}

/** A person, a team or a role, as workflows name them. */
export function OwnerSelect({ label, help, value, none = "Choose one", onChange }: OwnerSelectProps) {
  const workspace = useWorkspace((state) => state.workspace);
  const members = useQuery(membersOptions(workspace)).data ?? [];
  const teams = useQuery(teamsOptions(workspace)).data ?? [];
  const roles = [...new Set(members.flatMap((one) => [...one.roles, ...one.duties]))].sort();
  const known = [...members.map((one) => `person:${one.handle}`), ...teams.map((one) => `team:${one.team}`), ...roles.map((one) => `role:${one}`)];
  return (
    <Field label={label} {...(help === undefined ? {} : { help })}>
      {(props) => (
        <select {...props} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{none}</option>
          {value && !known.includes(value) ? <option value={value}>{value}</option> : null}
          <optgroup label="Teams">
            {teams.map((one) => (
              <option key={one.team} value={`team:${one.team}`}>
                {one.title}
              </option>
            ))}
          </optgroup>
          <optgroup label="Roles">
            {roles.map((one) => (
              <option key={one} value={`role:${one}`}>
                {words(one)}
              </option>
            ))}
          </optgroup>
          <optgroup label="People">
            {members
              .filter((one) => one.active)
              .map((one) => (
                <option key={one.person_id} value={`person:${one.handle}`}>
                  {one.name}
                </option>
              ))}
          </optgroup>
        </select>
      )}
    </Field>
  );
}
