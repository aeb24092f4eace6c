import { useState, type SubmitEvent } from "react";

import { FormFoot } from "@/components/confirm";
import { Field } from "@/components/field";
import { SchemaFields } from "@/components/schema-fields";
import { Refusal } from "@/components/states";
import type { Connector } from "@/lib/catalog";
import { sentence } from "@/lib/format";
import { draftOf, fill, isSchema, schemaFields, type Draft, type SchemaField } from "@/lib/schema-form";

import { useKeep, useSecrets, type Connection, type Place } from "./api";
import { originOf, planSecrets, slotFields, type SlotField, type Typed } from "./secrets";

/** Where the server does not say what a connector asks for: what nearly all of them do. */
export const UNKNOWN: Pick<Connector, "auth" | "settings" | "hosts"> = {
  auth: { default: { kind: "bearer", optional: true, fields: { token: { title: "API token", secret: true } } }, webhook: { kind: "none", optional: true, fields: { secret: { title: "Signing secret of its webhooks", secret: true } } } },
  settings: { type: "object", properties: { base_url: { type: "string", format: "uri", title: "Address", description: "Where the system answers, as https://crm.example.com" } } },
  hosts: ["{base_url}"],
};

interface FormProps {
  connector: Pick<Connector, "auth" | "settings" | "hosts"> & { connector: string };
  /** The one that is changed; absent: a new one. */
  before?: Connection;
  taken: readonly string[];
  onKept: (name: string) => void;
  onClose: () => void;
}

/** The connector's own name, or the next that nobody has: a form does not begin with a complaint. */
function freeName(connector: string, taken: readonly string[]): string {
  if (!taken.includes(connector)) return connector;
  let next = 2;
  while (taken.includes(`${connector}-${next}`)) next += 1;
  return `${connector}-${next}`;
}

const isPlaces = (value: unknown): value is Record<string, Place> => typeof value === "object" && value !== null;
const isValues = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** What a connection needs: an address, and secrets that are written and never read again. */
export function ConnectionForm({ connector, before, taken, onKept, onClose }: FormProps) {
  const settingFields: readonly SchemaField[] = isSchema(connector.settings) ? schemaFields(connector.settings) : [];
  const fields = slotFields(connector);
  const [name, setName] = useState(() => before?.name ?? freeName(connector.connector, taken));
  const [draft, setDraft] = useState<Draft>(() => draftOf(settingFields, isValues(before?.settings) ? before.settings : {}));
  const [typed, setTyped] = useState<Readonly<Record<string, Typed>>>({});
  const [tried, setTried] = useState(false);
  const known = useSecrets(true).items;
  const keep = useKeep();
  const settings = fill(settingFields, draft);
  const sendsTo = originOf(connector.hosts, settings.value);
  const plan = planSecrets({ name, fields, typed, kept: isPlaces(before?.secrets) ? before.secrets : {}, sendsTo, known });
  const nameProblem = before ? null : taken.includes(name) ? "There is a connection of this name." : /^[a-z0-9][a-z0-9_-]*$/.test(name) ? null : "Small letters, digits, hyphens and underscores.";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (nameProblem !== null || Object.keys({ ...settings.problems, ...plan.problems }).length > 0) return;
    const connection = { name, connector: connector.connector, settings: settings.value as Record<string, never>, secrets: plan.places };
    keep.mutate({ connection, secrets: plan.secrets }, { onSuccess: () => onKept(name) });
  };
  return (
    <form className="dialog-form" onSubmit={submit} noValidate>
      {before ? null : (
        <Field label="Name" help={nameProblem ?? "What workflows call it."}>
          {(props) => <input {...props} className={nameProblem ? "input mono is-bad" : "input mono"} value={name} spellCheck={false} aria-invalid={nameProblem !== null} onChange={(event) => setName(event.target.value)} />}
        </Field>
      )}
      <SchemaFields fields={settingFields} draft={draft} onChange={setDraft} problems={tried ? settings.problems : {}} />
      {fields.map((field) => (
        <SecretInput key={field.key} field={field} typed={typed[field.key] ?? { value: "", vault: "" }} problem={tried ? plan.problems[field.key] : undefined} kept={isPlaces(before?.secrets) && field.key in before.secrets} choices={known.filter((one) => one.bound_to === (field.inbound ? "inbound" : sendsTo)).map((one) => one.name)} onChange={(part) => setTyped({ ...typed, [field.key]: part })} />
      ))}
      <Refusal error={keep.error} />
      <FormFoot verb={before ? "Keep and test" : "Connect and test"} busy="Keeping" pending={keep.isPending} onClose={onClose} />
    </form>
  );
}

interface SecretInputProps {
  field: SlotField;
  typed: Typed;
  problem: string | undefined;
  kept: boolean;
  choices: readonly string[];
  onChange: (typed: Typed) => void;
}

function SecretInput({ field, typed, problem, kept, choices, onChange }: SecretInputProps) {
  const help = problem ?? [field.help ? sentence(field.help) : "", kept ? "One is kept; left empty it stays." : "", field.secret ? "It goes into the vault and is never shown again." : ""].filter(Boolean).join(" ");
  return (
    <>
      <Field label={field.optional ? `${field.title} (optional)` : field.title} help={help}>
        {(props) => (
          <input
            {...props}
            className={problem ? "input is-bad" : "input"}
            type={field.secret ? "password" : "text"}
            autoComplete="off"
            value={typed.value}
            disabled={typed.vault !== ""}
            aria-invalid={problem !== undefined}
            onChange={(event) => onChange({ value: event.target.value, vault: "" })}
          />
        )}
      </Field>
      {choices.length > 0 ? (
        <Field label={`Or a secret that is in the vault, for ${field.title}`}>
          {(props) => (
            <select {...props} className="input" value={typed.vault} onChange={(event) => onChange({ value: "", vault: event.target.value })}>
              <option value="">None of these</option>
              {choices.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          )}
        </Field>
      ) : null}
    </>
  );
}
