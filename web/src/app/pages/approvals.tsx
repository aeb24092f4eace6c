import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";

import { Segments } from "@/components/field";
import { Empty, Failed, Skeleton } from "@/components/states";
import { SHOWS, useProposals, type Show } from "@/features/approvals/api";
import { ApprovalDetail } from "@/features/approvals/detail";
import { ApprovalList } from "@/features/approvals/list";
import { useShortcuts } from "@/lib/shortcuts";

const LABELS: Record<Show, string> = { mine: "Mine", open: "All open", snoozed: "Snoozed", decided: "Decided" };
const NOTHING: Record<Show, [string, string]> = {
  mine: ["Nothing waits for you", "When a workflow in review wants to write and you are asked, it stands here, by deadline. “All open” shows what others are asked."],
  open: ["Nothing waits for a decision", "A write of a workflow in review waits here until somebody says yes. Workflows that are live write by themselves."],
  snoozed: ["Nothing is put off", "What you snooze comes back by itself, and as soon as somebody says something about it. Its deadline stays."],
  decided: ["Nothing was decided yet", "What was approved, rejected or expired stays here, with who decided and what came of it."],
};

/** A wide window always shows one; a phone shows the list until one is chosen. */
const isWide = () => globalThis.matchMedia("(min-width: 641px)").matches;

export function ApprovalsPage() {
  const search = useSearch({ from: "/inbox/approvals" });
  const navigate = useNavigate({ from: "/inbox/approvals" });
  const show = SHOWS.find((one) => one === search.show) ?? "mine";
  const list = useProposals(show);
  const { items } = list;
  const go = (id: string | undefined) => void navigate({ search: { ...(id ? { id } : {}), ...(show === "mine" ? {} : { show }) }, replace: true });
  const first = items[0]?.proposal_id;
  const chosen = search.id ?? (isWide() ? first : undefined);
  const move = (step: number) => {
    const at = items.findIndex((one) => one.proposal_id === chosen);
    const next = items[Math.min(Math.max(at + step, 0), items.length - 1)];
    if (next) go(next.proposal_id);
  };
  const next = () => {
    const at = items.findIndex((one) => one.proposal_id === chosen);
    const after = items[at + 1] ?? items[at - 1];
    const leaves = show === "mine" || show === "snoozed";
    if (leaves && after) go(after.proposal_id);
    else if (leaves && chosen) go(chosen);
  };
  useShortcuts("Approvals", [
    { keys: "j", label: "Next", run: () => move(1) },
    { keys: "k", label: "Previous", run: () => move(-1) },
  ]);
  useEffect(() => {
    document.title = "Approvals · Throughline";
  }, []);
  return (
    <>
      <header className="top">
        <h1 className="h2">Approvals</h1>
        {list.loading || list.error ? null : (
          <span className="badge">
            {items.length}
            {list.partial && show !== "decided" ? "+" : ""}
          </span>
        )}
        <span className="push">
          <Segments many label="Show" value={show} options={SHOWS.map((value) => ({ value, label: LABELS[value] }))} onChange={(value) => void navigate({ search: { show: value } })} />
        </span>
      </header>
      <div className="inbox" data-open={chosen !== undefined}>
        <Items list={list} show={show} chosen={chosen} go={go} />
        {chosen === undefined ? null : <ApprovalDetail id={chosen} back={() => void navigate({ search: show === "mine" ? {} : { show } })} next={next} key={chosen} />}
      </div>
    </>
  );
}

interface ItemsProps {
  list: ReturnType<typeof useProposals>;
  show: Show;
  chosen: string | undefined;
  go: (id: string) => void;
}

function Items({ list, show, chosen, go }: ItemsProps) {
  if (list.loading) return <div className="items"><Skeleton rows={6} two /></div>;
  if (list.error) return <div className="items"><Failed error={list.error} again={list.again} kept="No decision is lost by that." /></div>;
  if (list.items.length === 0) {
    const [title, text] = NOTHING[show];
    return <div className={chosen ? "items" : "items items--alone"}><Empty title={title}>{text}</Empty></div>;
  }
  return <ApprovalList items={list.items} chosen={chosen} onChoose={go} />;
}
