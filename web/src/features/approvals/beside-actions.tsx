import { AlarmClock, AlarmClockOff, MessageCircleQuestion, MoreHorizontal, UserRoundPlus } from "lucide-react";
import { useState } from "react";

import { Menu, MenuItem } from "@/components/menu";
import { useMayAct } from "@/lib/me";
import { useNow } from "@/lib/now";
import { useShortcuts } from "@/lib/shortcuts";
import { toast } from "@/lib/toasts";

import { isSnoozed, useSnooze, type ProposalDetail } from "./api";
import { AskDialog } from "./ask-dialog";
import { SnoozeDialog } from "./snooze-dialog";

/** What one does beside deciding: ask somebody, put it off, let somebody else decide. On a phone behind one button. */
export function BesideActions({ proposal, gone }: { proposal: ProposalDetail; gone: () => void }) {
  const maySay = useMayAct();
  const [open, setOpen] = useState<"ask" | "snooze" | null>(null);
  const snooze = useSnooze(proposal.proposal_id);
  const isOff = isSnoozed(proposal, useNow());
  const isDecider = (proposal.for_you?.length ?? 0) > 0;
  const isMine = isDecider || proposal.asks_you === true;
  const wake = () => snooze.mutate(null, { onSuccess: () => toast("Back in your list.") });
  const putOff = isOff ? wake : () => setOpen("snooze");
  useShortcuts("Beside deciding", [...(maySay ? [{ keys: "q", label: "Ask", run: () => setOpen("ask") }] : []), ...(isMine ? [{ keys: "z", label: isOff ? "Bring back" : "Snooze", run: putOff }] : [])]);
  const acts = [
    ...(maySay ? [{ label: "Ask", icon: MessageCircleQuestion, run: () => setOpen("ask") }] : []),
    ...(isMine ? [{ label: isOff ? "Bring back" : "Snooze", icon: isOff ? AlarmClockOff : AlarmClock, run: putOff }] : []),
    ...(isDecider ? [{ label: "Delegate", icon: UserRoundPlus, run: () => globalThis.location.assign("/account") }] : []),
  ];
  if (acts.length === 0) return null;
  return (
    <>
      {acts.map(({ label, icon: Icon, run }) => (
        <button key={label} type="button" className="btn btn--quiet wide" aria-label={label} title={label} onClick={run}>
          <Icon className="i" aria-hidden="true" />
          <span className="acts-word">{label}</span>
        </button>
      ))}
      <Menu
        trigger={
          <button type="button" className="btn btn--quiet btn--icon narrow" aria-label="More">
            <MoreHorizontal className="i" aria-hidden="true" />
          </button>
        }
      >
        {acts.map(({ label, run }) => (
          <MenuItem key={label} onSelect={run}>
            {label}
          </MenuItem>
        ))}
      </Menu>
      {open === "ask" ? <AskDialog proposal={proposal} onClose={() => setOpen(null)} /> : null}
      {open === "snooze" ? <SnoozeDialog proposal={proposal} onClose={() => setOpen(null)} gone={gone} /> : null}
    </>
  );
}
