import { useQuery } from "@tanstack/react-query";
import { Layers } from "lucide-react";
import { useState } from "react";

import { Dialog } from "@/components/dialog";
import { Refusal } from "@/components/states";
import { Due } from "@/components/time";
import { plain } from "@/components/value";
import { money, plural, words } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { groupOptions, useDecideMany, type Proposal, type ProposalDetail } from "./api";
import { REASONS, type Reason } from "./words";

/** Offered where others have the identical shape, and only beside one that is open: one has been looked at. */
export function BulkButton({ proposal, active }: { proposal: ProposalDetail; active: boolean }) {
  const [open, setOpen] = useState(false);
  const group = useQuery(groupOptions(proposal.shape)).data;
  if (!group || group.count < 2) return null;
  return (
    <>
      <button type="button" className="btn" disabled={!active} onClick={() => setOpen(true)}>
        <Layers className="i" aria-hidden="true" />
        {group.count} of this shape
      </button>
      {open ? <BulkDialog proposal={proposal} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** The fields of a proposal in a line; the shape is the same, so only values differ. */
const values = (proposal: Proposal): string =>
  proposal.operations
    .flatMap((operation) => operation.fields)
    .filter((field) => typeof field.after !== "object" || field.after === null)
    .map((field) => `${words(field.field)} ${plain(field.after)}`)
    .join(" · ");

function BulkDialog({ proposal, onClose }: { proposal: ProposalDetail; onClose: () => void }) {
  const { data } = useQuery(groupOptions(proposal.shape));
  const [openedAt] = useState(() => new Date().toISOString());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState<Reason | "">("");
  const many = useDecideMany(proposal.shape);
  if (!data) return null;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const send = (verdict: "approve" | "reject") =>
    many.mutate(
      {
        snapshot: data.snapshot,
        decisions: data.items
          .filter((one) => chosen.has(one.proposal_id))
          .map((one) => ({
            proposal_id: one.proposal_id,
            shown_hash: one.content_hash,
            verdict,
            ...(verdict === "reject" && reason !== "" ? { reason } : {}),
            ...(one.proposal_id === proposal.proposal_id ? { opened_at: openedAt } : {}),
          })),
      },
      {
        onSuccess: ({ items }) => {
          const done = items.filter((one) => one.done).length;
          toast(`${plural(done, "decision")} taken${done === items.length ? "" : `, ${items.length - done} refused: ${items.find((one) => !one.done)?.refused ?? ""}`}`, done === items.length ? {} : { tone: "failed" });
          onClose();
        },
      },
    );
  return (
    <Dialog title={`${plural(data.count, "proposal")} of this shape`} onClose={onClose} wide>
      <p className="c2">
        The same workflow and version, the same writes and fields, only other values{data.money ? `; ${money(data.money)} together` : ""}. Each is decided by itself. Nothing is chosen beforehand.
      </p>
      <ul className="bulk-list">
        {data.items.map((one) => (
          <li key={one.proposal_id}>
            <label className="pick">
              <input type="checkbox" checked={chosen.has(one.proposal_id)} onChange={() => toggle(one.proposal_id)} />
              <span className="stack bulk-one">
                <span className="row">
                  <span className="semi cut">{one.summary}</span>
                  <span className="push med nowrap">{one.money ? money(one.money) : ""}</span>
                </span>
                <span className="row t12 c2">
                  <span className="cut">{values(one)}</span>
                  <span className="push">
                    <Due time={one.expires_at} small />
                  </span>
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      <Refusal error={many.error} />
      <footer>
        <button type="button" className="btn push-left" onClick={() => setChosen(new Set(data.items.map((one) => one.proposal_id)))}>
          Choose all {data.items.length}
        </button>
        <select className="input input--inline" aria-label="Reason to reject" value={reason} onChange={(event) => setReason(event.target.value as Reason | "")}>
          <option value="">Reason to reject</option>
          {REASONS.filter(({ value }) => value !== "other").map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <button type="button" className="btn btn--no" disabled={chosen.size === 0 || reason === "" || many.isPending} onClick={() => send("reject")}>
          Reject {chosen.size}
        </button>
        <button type="button" className="btn btn--go" disabled={chosen.size === 0 || many.isPending} onClick={() => send("approve")}>
          Approve {chosen.size}
        </button>
      </footer>
    </Dialog>
  );
}
