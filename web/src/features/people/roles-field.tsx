import { words } from "@/lib/format";

import { ROLES, ROLE_WORDS } from "./api";

export function RolesField({ value, onChange }: { value: readonly string[]; onChange: (roles: string[]) => void }) {
  return (
    <fieldset className="stack">
      <legend className="label">Roles</legend>
      {ROLES.map((role) => (
        <label className="pick" key={role}>
          <input type="checkbox" checked={value.includes(role)} onChange={(event) => onChange(event.target.checked ? [...value, role] : value.filter((one) => one !== role))} />
          <span>
            <b>{words(role)}</b> <span className="c2">{ROLE_WORDS[role]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Words that are separated by commas or spaces. */
export const listOf = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter(Boolean))];
