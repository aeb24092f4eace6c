import { useState, type SubmitEvent } from "react";

import { FormFoot } from "@/components/confirm";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { sameFilter, useSavedFilters, type SavedFilter } from "@/lib/saved-filters";
import { toast } from "@/lib/toasts";

type Filter = Readonly<Record<string, string>>;

interface SavedProps {
  filter: Filter;
  choose: (filter: Filter) => void;
}

/** Filters that somebody named, one press each. */
export function SavedFilters({ filter, choose }: SavedProps) {
  const { saved, keep, drop, put } = useSavedFilters("runs");
  const [naming, setNaming] = useState(false);
  const current = saved.find((one) => sameFilter(one.filter, filter));
  const remove = (one: SavedFilter) => {
    drop(one.name);
    toast(`“${one.name}” is gone.`, { undo: () => put(saved) });
  };
  return (
    <>
      {saved.map((one) => (
        <button type="button" key={one.name} className={one === current ? "btn btn--s is-chosen" : "btn btn--s"} aria-pressed={one === current} onClick={() => choose(one === current ? {} : one.filter)}>
          {one.name}
        </button>
      ))}
      {current ? (
        <button type="button" className="btn btn--s btn--quiet" onClick={() => remove(current)}>
          Forget “{current.name}”
        </button>
      ) : Object.keys(filter).length > 0 ? (
        <button type="button" className="btn btn--s btn--quiet" onClick={() => setNaming(true)}>
          Save this filter
        </button>
      ) : null}
      {naming ? (
        <NameDialog
          taken={saved.map((one) => one.name)}
          onClose={() => setNaming(false)}
          onName={(name) => {
            keep({ name, filter });
            setNaming(false);
          }}
        />
      ) : null}
    </>
  );
}

function NameDialog({ taken, onName, onClose }: { taken: readonly string[]; onName: (name: string) => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim() !== "") onName(name.trim());
  };
  return (
    <Dialog title="Save this filter" onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <Field label="Name" help={taken.includes(name.trim()) ? "There is one of this name: it is replaced." : "It is kept in this browser."}>
          {(props) => <input {...props} className="input" value={name} maxLength={40} required onChange={(event) => setName(event.target.value)} />}
        </Field>
        <FormFoot verb="Save" busy="Saving" pending={false} ready={name.trim() !== ""} onClose={onClose} />
      </form>
    </Dialog>
  );
}
