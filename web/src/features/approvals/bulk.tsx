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
      <button type="button" className="btn" disabled={!active} aria-label={`${group.count} of this shape`} onClick={() => setOpen(true)}>
        <Layers className="i" aria-hidden="true" />
        {group.count}
        <span className="wide"> of this shape</span>
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

interface Choosing {
  chosen: ReadonlySet<string>;
  setChosen: (chosen: ReadonlySet<string>) => void;
}

function BulkList({ items, chosen, setChosen }: Choosing & { items: readonly Proposal[] }) {
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <ul className="bulk-list">
      {items.map((one) => (
        <li key={one.proposal_id}>
          <label className="pick">
            <input type="checkbox" checked={chosen.has(one.proposal_id)} onChange={() => toggle(one.proposal_id)} />
            <span className="stack bulk-one">
              <span className="row">
                <span className="semi clamp">{one.summary}</span>
                <span className="push med nowrap">{one.money ? money(one.money) : ""}</span>
              </span>
              <span className="row t12 c2">
                <span className="clamp">{values(one)}</span>
                <span className="push">
                  <Due time={one.expires_at} small />
                </span>
              </span>
            </span>
          </label>
        </li>
      ))}
    </ul>
  );
}

function taken(items: readonly { done: boolean; refused?: string | null }[]): void {
  const refused = items.filter((one) => !one.done);
  const words = `${plural(items.length - refused.length, "decision")} taken`;
  if (refused[0]) toast(`${words}, ${refused.length} refused: ${refused[0].refused ?? ""}`, { tone: "failed" });
  else toast(words);
}

function BulkDialog({ proposal, onClose }: { proposal: ProposalDetail; onClose: () => void }) {
  const { data } = useQuery(groupOptions(proposal.shape));
  const [openedAt] = useState(() => new Date().toISOString());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const many = useDecideMany(proposal.shape);
  if (!data) return null;
  const send = (verdict: "approve" | "reject", reason: Reason | "") => {
    const decisions = data.items
      .filter((one) => chosen.has(one.proposal_id))
      .map((one) => ({
        proposal_id: one.proposal_id,
        shown_hash: one.content_hash,
        verdict,
        ...(verdict === "reject" && reason !== "" ? { reason } : {}),
        ...(one.proposal_id === proposal.proposal_id ? { opened_at: openedAt } : {}),
      }));
    many.mutate(
      { snapshot: data.snapshot, decisions },
      {
        onSuccess: ({ items }) => {
          taken(items);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title={`${plural(data.count, "proposal")} of this shape`} onClose={onClose} wide>
      <p className="c2">
        The same workflow and version, the same writes and fields, only other values{data.money ? `; ${money(data.money)} together` : ""}. Each is decided by itself. Nothing is chosen beforehand.
      </p>
      <BulkList items={data.items} chosen={chosen} setChosen={setChosen} />
      <Refusal error={many.error} />
      <BulkFooter items={data.items} chosen={chosen} setChosen={setChosen} busy={many.isPending} send={send} />
    </Dialog>
  );
}

interface FooterProps extends Choosing {
  items: readonly Proposal[];
  busy: boolean;
  send: (verdict: "approve" | "reject", reason: Reason | "") => void;
}

function BulkFooter({ items, chosen, setChosen, busy, send }: FooterProps) {
  const [reason, setReason] = useState<Reason | "">("");
  const idle = chosen.size === 0 || busy;
  return (
    <footer>
      <button type="button" className="btn push-left" onClick={() => setChosen(new Set(items.map((one) => one.proposal_id)))}>
        Choose all {items.length}
      </button>
      <select className="input input--inline" aria-label="Reason to reject" value={reason} onChange={(event) => setReason(event.target.value as Reason | "")}>
        <option value="">Reason to reject</option>
        {REASONS.filter(({ value }) => value !== "other").map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <button type="button" className="btn btn--no" disabled={idle || reason === ""} onClick={() => send("reject", reason)}>
        Reject {chosen.size}
      </button>
      <button type="button" className="btn btn--go" disabled={idle} onClick={() => send("approve", "")}>
        Approve {chosen.size}
      </button>
    </footer>
  );
}
