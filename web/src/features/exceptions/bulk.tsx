import { useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";

import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { OwnerSelect } from "@/components/owner-select";
import { Refusal } from "@/components/states";
import { plural, words } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { snapshotOf, useBulk, type Filter } from "./api";

const DEEDS = [
  { value: "hand_over", label: "Hand over" },
  { value: "retry", label: "Retry" },
  { value: "fix_and_continue", label: "Fix and continue" },
  { value: "dismiss", label: "Not a problem" },
] as const;
type Deed = (typeof DEEDS)[number]["value"];

const bodyOf = (deed: Deed, to: string, note: string) =>
  deed === "hand_over"
    ? { do: { act: deed, to, ...(note ? { note } : {}) } }
    : deed === "dismiss"
      ? { do: { act: deed, reason: note } }
      : { resolve: { action: deed, ...(note ? { note } : {}) } };

/** The same for all of a set that is stated by count and hash: another set by then is refused. */
export function BulkDialog({ filter, onClose }: { filter: Filter; onClose: () => void }) {
  const snapshot = useQuery({ queryKey: ["exception-set", filter], queryFn: () => snapshotOf(filter), staleTime: Infinity, gcTime: 0 });
  const [deed, setDeed] = useState<Deed>("hand_over");
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const bulk = useBulk();
  const set = snapshot.data;
  const ready = set !== undefined && (deed === "hand_over" ? to !== "" : deed !== "dismiss" || note.trim() !== "");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!set || !ready) return;
    bulk.mutate(
      { which: filter, snapshot: set, ...bodyOf(deed, to, note.trim()) },
      {
        onSuccess: ({ items }) => {
          const refused = items.filter((one) => !one.done);
          toast(`${plural(items.length - refused.length, "exception")} done${refused[0] ? `, ${refused.length} refused: ${refused[0].refused ?? ""}` : ""}`, refused.length > 0 ? { tone: "failed" } : {});
          onClose();
        },
      },
    );
  };
  const label = DEEDS.find((one) => one.value === deed)?.label ?? "";
  return (
    <Dialog title={set ? `The same for ${plural(set.count, "exception")}` : "Counting"} onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <p className="c2">
          All open ones{filter.reason ? ` whose reason is ${words(filter.reason).toLowerCase()}` : ""}
          {filter.workflow ? ` in ${filter.workflow}` : ""}. If the set has changed by then, nothing is done to any of them.
        </p>
        <Field label="What">
          {(props) => (
            <select {...props} className="input" value={deed} onChange={(event) => setDeed(event.target.value as Deed)}>
              {DEEDS.map(({ value, label: name }) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        {deed === "hand_over" ? <OwnerSelect label="To" value={to} onChange={setTo} /> : null}
        <Field label={deed === "dismiss" ? "Why it is no problem, needed here" : "Note"}>{(props) => <textarea {...props} className="input" rows={2} value={note} onChange={(event) => setNote(event.target.value)} />}</Field>
        <Refusal error={bulk.error ?? snapshot.error} />
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="btn btn--go" disabled={!ready || bulk.isPending}>
            {bulk.isPending ? "Sending" : `${label}: ${set ? set.count : ""}`}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
