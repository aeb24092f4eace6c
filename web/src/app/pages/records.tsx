import { useNavigate, useSearch } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useEffect, useRef, useState, type SubmitEvent } from "react";

import { Mark } from "@/components/mark";
import { Empty, Failed, Skeleton } from "@/components/states";
import { useFound, useKeyNames, type Found } from "@/features/records/api";
import { Fields, GoingOn, History } from "@/features/records/panels";
import { plural } from "@/lib/format";
import { useShortcuts } from "@/lib/shortcuts";
import { useTitle } from "@/lib/title";

export function RecordsPage() {
  const { q = "" } = useSearch({ from: "/records" });
  const navigate = useNavigate({ from: "/records" });
  const found = useFound(q);
  useTitle(q ? `${q}, records` : "Records");
  return (
    <>
      <header className="top">
        <h1 className="h2">Records</h1>
        <SearchBox q={q} onSearch={(text) => void navigate({ search: text ? { q: text } : {} })} />
      </header>
      <div className="page page--tight">
        {found.asked.kind === "none" ? <Nothing /> : found.error ? <Failed error={found.error} again={() => void found.refetch()} /> : found.data ? <Answer q={q} found={found.data} /> : <section className="panel"><Skeleton rows={6} two /></section>}
      </div>
    </>
  );
}

function SearchBox({ q, onSearch }: { q: string; onSearch: (text: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(q);
  useEffect(() => {
    setTyped(q);
    if (q === "") field.current?.focus();
  }, [q]);
  useShortcuts("Records", [{ keys: "f", label: "To the search", run: () => field.current?.focus() }]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSearch(typed.trim());
  };
  return (
    <form className="push" role="search" onSubmit={submit}>
      <label className="input search">
        <Search className="i" aria-hidden="true" />
        <span className="sr">Any id, key, name or mail</span>
        <input ref={field} type="search" value={typed} placeholder="Any id, key, name or mail" onChange={(event) => setTyped(event.target.value)} />
      </label>
    </form>
  );
}

const listed = (names: readonly string[]): string => new Intl.ListFormat("en-GB").format(names);

function Nothing() {
  const names = useKeyNames();
  return (
    <Empty title="Where is this order, this job, this customer?">
      Type an id, a number, a name or a mail address, as it stands in any system, and press Enter. {names.length > 0 ? `A run is also found by one key alone, written as ${names[0] ?? "job"}:value; keys here are ${listed(names)}.` : "Runs are found by the keys that workflows declare."}
    </Empty>
  );
}

function Answer({ q, found }: { q: string; found: Found }) {
  const count = found.runs.length + found.proposals.length + found.exceptions.length + found.events.length;
  if (count === 0) {
    return (
      <Empty title={`Nothing here speaks of “${q}”`}>
        Looked at: every run by its keys, and the newest two hundred proposals, exceptions and events by their values. The systems themselves are not asked; a record that no workflow has touched is not known here.
      </Empty>
    );
  }
  return (
    <>
      <div className="row row--wrap">
        <h2 className="h1">{q}</h2>
        <span className="t12 c3">
          {plural(found.runs.length, "run")}, {plural(found.proposals.length, "proposal")}, {plural(found.exceptions.length, "exception")}, {plural(found.events.length, "event")}
        </span>
      </div>
      <Fields found={found} />
      <div className="cols cols--even">
        <GoingOn found={found} />
        <History found={found} />
      </div>
      <p className="row row--top t12 c2">
        <Mark name="draft" small />
        <span>This is what passed through workflows. One record out of all systems, with each field's owner and its disagreements, comes with the truth map.</span>
      </p>
    </>
  );
}
