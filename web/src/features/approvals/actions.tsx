import { Check, MessageCircleReply, PencilLine, X } from "lucide-react";
import { useState } from "react";

import { Kbd } from "@/components/pieces";
import { Refusal } from "@/components/states";
import { Refused } from "@/lib/http";
import { useRight } from "@/lib/me";
import { useShortcuts } from "@/lib/shortcuts";
import { toast } from "@/lib/toasts";

import { useDecide, type Decision, type ProposalDetail } from "./api";
import { BesideActions } from "./beside-actions";
import { BulkButton } from "./bulk";
import { ChangedDialog } from "./changed-dialog";
import { EditDialog } from "./edit-dialog";
import { RejectDialog } from "./reject-dialog";

type Open = "reject" | "edit" | null;

/** Why the buttons do nothing, in words; null where they do something. */
export function cannot(proposal: ProposalDetail, right: boolean | null): string | null {
  if ((proposal.for_you?.length ?? 0) > 0) return null;
  if (proposal.asks_you) return "You are asked a question, in the comments; others decide this.";
  if (right === false) return "You may look, not decide: deciding comes with the role approver.";
  if (proposal.waits_for.length > 0) return "Another proposal on the same record is decided first.";
  return "You are not asked: you asked for it or edited it yourself, or others decide this.";
}

function useVerdict(proposal: ProposalDetail, decided: () => void) {
  const [openedAt] = useState(() => new Date().toISOString());
  const [behalf, setBehalf] = useState(proposal.for_you?.[0]?.person_id);
  const decide = useDecide(proposal.proposal_id);
  const send = (body: Omit<Decision, "shown_hash" | "opened_at">, done: string) =>
    decide.mutate(
      { ...body, shown_hash: proposal.content_hash, opened_at: openedAt, ...(behalf ? { on_behalf_of: behalf } : {}) },
      {
        onSuccess: () => {
          toast(done);
          decided();
        },
      },
    );
  return { decide, send, behalf, setBehalf };
}

export function Actions({ proposal, decided }: { proposal: ProposalDetail; decided: () => void }) {
  const right = useRight("decide");
  const [open, setOpen] = useState<Open>(null);
  const { decide, send, behalf, setBehalf } = useVerdict(proposal, decided);
  const why = cannot(proposal, right);
  const active = proposal.state === "open" && why === null && !decide.isPending;
  const approve = () => active && send({ verdict: "approve" }, "Approved. It is sent once, now.");
  useShortcuts("This approval", [
    { keys: "a", label: "Approve", run: approve },
    { keys: "e", label: "Edit and approve", run: () => active && setOpen("edit") },
    { keys: "r", label: "Reject", run: () => active && setOpen("reject") },
  ]);
  if (proposal.state !== "open") return null;
  if (why !== null && proposal.asks_you) return <Asked why={why} proposal={proposal} gone={decided} />;
  const changed = decide.error instanceof Refused && decide.error.status === 409 ? decide.error : null;
  return (
    <div className="acts-wrap">
      {why === null ? null : <p className="note t12 acts-note">{why}</p>}
      {decide.error && !changed && open === null ? <Refusal error={decide.error} /> : null}
      {(proposal.for_you?.length ?? 0) > 1 ? <Behalf proposal={proposal} value={behalf} onChange={setBehalf} /> : null}
      <div className="acts" role="group" aria-label="Decide">
        <button type="button" className="btn btn--go" disabled={!active} onClick={approve}>
          <Check className="i" aria-hidden="true" />
          {decide.isPending ? "Sending" : "Approve"} <Kbd keys="A" />
        </button>
        <button type="button" className="btn" disabled={!active} onClick={() => setOpen("edit")}>
          <PencilLine className="i wide" aria-hidden="true" />
          Edit<span className="wide"> and approve</span> <Kbd keys="E" />
        </button>
        <button type="button" className="btn btn--no" disabled={!active} onClick={() => setOpen("reject")}>
          <X className="i wide" aria-hidden="true" />
          Reject <Kbd keys="R" />
        </button>
        <span className="push" />
        <BulkButton proposal={proposal} active={active} />
        <BesideActions proposal={proposal} gone={decided} />
      </div>
      {open === "reject" ? <RejectDialog busy={decide.isPending} error={changed ? null : decide.error} onClose={() => setOpen(null)} onReject={(reason, note) => send({ verdict: "reject", reason, ...(note ? { note } : {}) }, "Rejected. Nothing was sent.")} /> : null}
      {open === "edit" ? <EditDialog proposal={proposal} busy={decide.isPending} error={changed ? null : decide.error} onClose={() => setOpen(null)} onApprove={(input) => send({ verdict: "approve", edit: { input } }, "Approved with your edit.")} /> : null}
      {changed ? <ChangedDialog refusal={changed} onClose={() => { decide.reset(); setOpen(null); }} /> : null}
    </div>
  );
}

/** Who is only asked a question gets no buttons that do nothing. */
function Asked({ why, proposal, gone }: { why: string; proposal: ProposalDetail; gone: () => void }) {
  const toAnswer = () => {
    const field = document.querySelector<HTMLInputElement>(".comments .answer-field");
    field?.scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
  };
  return (
    <div className="acts-wrap">
      <p className="note t12 acts-note">{why}</p>
      <div className="acts" role="group" aria-label="Answer">
        <button type="button" className="btn btn--go" onClick={toAnswer}>
          <MessageCircleReply className="i" aria-hidden="true" />
          Go to the question
        </button>
        <span className="push" />
        <BesideActions proposal={proposal} gone={gone} />
      </div>
    </div>
  );
}

function Behalf({ proposal, value, onChange }: { proposal: ProposalDetail; value: string | undefined; onChange: (value: string) => void }) {
  return (
    <label className="row t12 acts-note">
      Decide as
      <select className="input input--inline" value={value} onChange={(event) => onChange(event.target.value)}>
        {proposal.for_you?.map((one) => (
          <option key={one.person_id} value={one.person_id}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  );
}
