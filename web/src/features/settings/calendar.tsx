import { useState, type SubmitEvent } from "react";

import { Field } from "@/components/field";
import { Failed, Refusal, Skeleton } from "@/components/states";
import { capital } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { useCalendar, useSetCalendar, type Calendar } from "./api";
import { Section } from "./section";

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
const TITLE = "Business calendar";
const WORDS = "Due times in business hours, approvals, reminders and business waits go by it. What was late stays late.";
const USUAL = "09:00-17:00";

/** Zones as this browser knows them. */
const zones = (): readonly string[] => ["UTC", ...Intl.supportedValuesOf("timeZone")];

export function CalendarSettings({ may }: { may: boolean }) {
  const { data, error, refetch } = useCalendar();
  if (data === undefined) {
    return (
      <Section title={TITLE} words={WORDS} flush>
        {error ? <Failed error={error} again={() => void refetch()} /> : <Skeleton rows={8} />}
      </Section>
    );
  }
  return <CalendarForm key={JSON.stringify(data)} before={data} may={may} />;
}

function CalendarForm({ before, may }: { before: Calendar; may: boolean }) {
  const [draft, setDraft] = useState(before);
  const set = useSetCalendar();
  const changed = JSON.stringify(draft) !== JSON.stringify(before);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    set.mutate(draft, { onSuccess: () => toast("The calendar is kept. What opens from now on goes by it.", { undo: () => set.mutate(before) }) });
  };
  return (
    <form onSubmit={submit}>
      <Section title={TITLE} words={WORDS}>
        <fieldset className="stack stack--4" disabled={!may}>
          <Field label="Zone" help="On whose clock the hours are read.">
            {(props) => (
              <select {...props} className="input" value={draft.zone} onChange={(event) => setDraft({ ...draft, zone: event.target.value })}>
                {[...new Set([draft.zone, ...zones()])].map((zone) => (
                  <option key={zone}>{zone}</option>
                ))}
              </select>
            )}
          </Field>
          <Hours hours={draft.hours} onChange={(hours) => setDraft({ ...draft, hours })} />
          <Holidays days={draft.holidays ?? []} onChange={(holidays) => setDraft({ ...draft, holidays })} />
        </fieldset>
        <Refusal error={set.error} />
        {may ? (
          <div>
            <button type="submit" className="btn btn--go" disabled={!changed || set.isPending}>
              {set.isPending ? "Keeping" : "Keep"}
            </button>
          </div>
        ) : (
          <p className="help">Builders and administrators change it.</p>
        )}
      </Section>
    </form>
  );
}

function Hours({ hours, onChange }: { hours: Calendar["hours"]; onChange: (hours: Calendar["hours"]) => void }) {
  const without = (day: string) => Object.fromEntries(Object.entries(hours).filter(([name]) => name !== day));
  return (
    <ul className="hours">
      {DAYS.map((day) => {
        const [from = "", to = ""] = (hours[day] ?? "").split("-");
        const open = day in hours;
        return (
          <li key={day}>
            <label className="row">
              <input type="checkbox" checked={open} onChange={(event) => onChange(event.target.checked ? { ...hours, [day]: USUAL } : without(day))} />
              {capital(day)}
            </label>
            {open ? (
              <span className="row">
                <input className="input" type="time" aria-label={`${capital(day)} from`} value={from} required onChange={(event) => onChange({ ...hours, [day]: `${event.target.value}-${to}` })} />
                <span className="c3">to</span>
                <input className="input" type={to === "24:00" ? "text" : "time"} aria-label={`${capital(day)} to`} value={to} required onChange={(event) => onChange({ ...hours, [day]: `${from}-${event.target.value}` })} />
              </span>
            ) : (
              <span className="c3">Closed</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const shown = (day: string): string => new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));

function Holidays({ days, onChange }: { days: readonly string[]; onChange: (days: string[]) => void }) {
  const [typed, setTyped] = useState("");
  const add = () => {
    if (typed !== "" && !days.includes(typed)) onChange([...days, typed].sort());
    setTyped("");
  };
  return (
    <section className="stack">
      <h3 className="label">Holidays</h3>
      {days.length === 0 ? <p className="c3">None</p> : null}
      <ul className="list list--boxed">
        {days.map((day) => (
          <li key={day}>
            {shown(day)}
            <button type="button" className="btn btn--s push" aria-label={`Open on ${shown(day)}`} onClick={() => onChange(days.filter((one) => one !== day))}>
              Take out
            </button>
          </li>
        ))}
      </ul>
      <div className="row row--field">
        <Field label="A day on which nothing is open">{(props) => <input {...props} className="input" type="date" value={typed} onChange={(event) => setTyped(event.target.value)} />}</Field>
        <button type="button" className="btn" disabled={typed === ""} onClick={add}>
          Add
        </button>
      </div>
    </section>
  );
}
