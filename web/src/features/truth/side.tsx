import { Search } from "lucide-react";
import { useState } from "react";

import { Mark } from "@/components/mark";
import { plural, systemName, words } from "@/lib/format";

import type { Declared } from "./declared";
import { whereToChange, type Coverage, type Place } from "./matrix";

export function Lookup({ found }: { found: Declared }) {
  const [asked, setAsked] = useState("");
  const places = whereToChange(found, asked);
  return (
    <section className="panel">
      <header>
        <h2 className="h2">Where do I change this?</h2>
      </header>
      <div className="body stack stack--3">
        <label className="input search">
          <Search className="i" aria-hidden="true" />
          <span className="sr">A field or a record</span>
          <input value={asked} placeholder="A field or a record" onChange={(event) => setAsked(event.target.value)} />
        </label>
        <div className="stack stack--3" role="status">
          {places.map((place) => (
            <PlaceNote key={`${place.record}.${place.field}`} place={place} />
          ))}
          {asked.trim().length > 1 && places.length === 0 ? <p className="c2">No workflow writes anything of this name. Nothing here says where it is true.</p> : null}
        </div>
      </div>
    </section>
  );
}

function PlaceNote({ place }: { place: Place }) {
  const what = `${words(place.field)} of ${place.record.replaceAll("_", " ")}`;
  const from = place.in.map(systemName).join(" or ");
  const to = place.not.map(systemName).join(", ");
  return (
    <>
      <div className={from ? "note note--path" : "note"}>
        <Mark name={from ? "owner" : "draft"} />
        <div>
          {from ? (
            <>
              <b>In {from}.</b> {what}: {place.by.join(", ")} carries it to {to}.
            </>
          ) : (
            <>
              <b>In the workflow.</b> {what} is a value that {place.by.join(", ")} says itself.
            </>
          )}
        </div>
      </div>
      {to ? (
        <div className="note note--risk">
          <Mark name="never" />
          <div>
            <b>Not in {to}.</b> The next run writes over it.
          </div>
        </div>
      ) : null}
    </>
  );
}

export function CoveragePanel({ coverage }: { coverage: Coverage }) {
  const { fields, known, contested } = coverage;
  return (
    <section className="panel">
      <header>
        <h2 className="h2">Coverage</h2>
        <span className="push t12 c2">
          {known} of {plural(fields, "field")}
        </span>
      </header>
      <div className="body stack">
        <svg className="coverage" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={`The source of ${known} of ${fields} written fields is known`}>
          <rect className="passage-all" width="100" height="8" />
          <rect className="passage-alone" width={fields === 0 ? 0 : (known / fields) * 100} height="8" />
        </svg>
        <p className="t12 c2">
          {known === fields ? "Every field that is written can be followed to the system it comes from." : `${plural(fields - known, "field")} ${fields - known === 1 ? "is" : "are"} written with a value of the workflow's own.`}
          {contested > 0 ? ` ${plural(contested, "field")} ${contested === 1 ? "is" : "are"} written by more than one workflow.` : ""}
        </p>
      </div>
    </section>
  );
}

/** What is not here, so that nobody relies on it. */
export function Later() {
  return (
    <section className="panel">
      <header>
        <h2 className="h2">What this is, and is not</h2>
      </header>
      <div className="body stack t12 c2">
        <p>It is read out of the texts of published workflows: which system they are about, what they write, and where the values come from. It is as true as they are.</p>
        <p>It is not yet a map that somebody signed. Owners, fields that nobody may edit by hand, conflict rules, drift and readiness reports come with it; until then nothing here stops a write.</p>
      </div>
    </section>
  );
}
