import { useQuery } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useState } from "react";

import { Menu, MenuItem } from "@/components/menu";
import { Refusal } from "@/components/states";
import { money, words } from "@/lib/format";
import { useRight } from "@/lib/me";
import { useShortcuts } from "@/lib/shortcuts";
import { toast } from "@/lib/toasts";

import { ActDialog, type ActKind } from "./act-dialog";
import { isOver, previewOptions, useAct, useMine, type Exception, type ExceptionDetail, type Fix } from "./api";
import { ResolveDialog } from "./resolve-dialog";
import { RESOLUTIONS, resolutionOf, type Resolution } from "./resolutions";
import { endWords } from "./words";

type Open = { resolve: Resolution } | { act: ActKind } | null;

interface NextProps {
  exception: ExceptionDetail;
  others: readonly Exception[];
}

export function NextAction({ exception, others }: NextProps) {
  const [open, setOpen] = useState<Open>(null);
  const right = useRight("resolve");
  if (isOver(exception)) return <Ended exception={exception} />;
  if (right === false) {
    return (
      <>
        <h3 className="h3">Next action</h3>
        <p className="note t12">You may look, not act: resolving comes with the roles operator, builder, approver and admin.</p>
      </>
    );
  }
  return (
    <>
      <h3 className="h3">Next action</h3>
      {exception.state === "verifying" ? <p className="note t12">Resolved and being verified: the runs go on, and each system that updates after is looked at.</p> : <Fixes exception={exception} onChoose={(resolve) => setOpen({ resolve })} />}
      <Verbs exception={exception} onOpen={setOpen} />
      {open && "resolve" in open ? <ResolveDialog exception={exception} resolution={open.resolve} onClose={() => setOpen(null)} /> : null}
      {open && "act" in open ? <ActDialog exception={exception} kind={open.act} others={others} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function Ended({ exception }: { exception: ExceptionDetail }) {
  return (
    <>
      <h3 className="h3">How it ended</h3>
      <dl className="kv">
        <dt>State</dt>
        <dd>{endWords(exception.state)}</dd>
        <dt>How</dt>
        <dd>{words(exception.resolution ?? exception.outcome ?? "by itself")}</dd>
        <dt>By</dt>
        <dd>{exception.resolved_by ?? "evidence"}</dd>
        <dt>How sure</dt>
        <dd>{exception.strength ? words(exception.strength) : "Not stated"}</dd>
        {exception.note ? (
          <div className="contents">
            <dt>Note</dt>
            <dd className="breaks">{exception.note}</dd>
          </div>
        ) : null}
      </dl>
    </>
  );
}

function Fixes({ exception, onChoose }: { exception: ExceptionDetail; onChoose: (resolution: Resolution) => void }) {
  return exception.suggested_fixes.map((fix, at) => <FixCard key={`${fix.action}${fix.words}`} exception={exception} fix={fix} first={at === 0} onChoose={onChoose} />);
}

interface FixProps {
  exception: ExceptionDetail;
  fix: Fix;
  first: boolean;
  onChoose: (resolution: Resolution) => void;
}

function FixCard({ exception, fix, first, onChoose }: FixProps) {
  const [asked, setAsked] = useState(false);
  const preview = useQuery({ ...previewOptions(exception.exception_id), enabled: asked });
  const shown = preview.data?.suggested_fixes.find((one) => one.action === fix.action)?.preview;
  const resolution = resolutionOf(fix.action);
  return (
    <div className={first ? "fix is-first" : "fix"}>
      <p className="semi">{fix.words}</p>
      {resolution ? <p className="t12 c2">{resolution.does}</p> : null}
      {asked && preview.data ? (
        <p className="note t12" role="status">
          {shown ? `It would write: ${shown.summary}${shown.money ? `, ${money(shown.money)}` : ""}.` : "What it would write cannot be told before it runs."}
        </p>
      ) : null}
      {resolution ? (
        <div className="row">
          <button type="button" className={first ? "btn btn--go btn--s" : "btn btn--s"} onClick={() => onChoose(resolution)}>
            {resolution.label}
          </button>
          <button type="button" className="btn btn--s" disabled={preview.isFetching} onClick={() => setAsked(true)}>
            {preview.isFetching ? "Asking" : "Preview"}
          </button>
        </div>
      ) : null}
    </div>
  );
}

interface VerbsProps {
  exception: ExceptionDetail;
  onOpen: (open: Open) => void;
}

function Verbs({ exception, onOpen }: VerbsProps) {
  const act = useAct(exception.exception_id);
  const mine = useMine();
  const has = mine !== undefined && exception.person === mine.handle;
  const take = () => act.mutate({ act: "take" }, { onSuccess: () => toast("It is yours.") });
  const open = (kind: ActKind) => () => onOpen({ act: kind });
  const back = (undo: string) => () => act.mutate({ act: undo });
  useShortcuts("This exception", [
    { keys: "t", label: "Take", run: take },
    { keys: "h", label: "Hand over", run: open("hand_over") },
    { keys: "w", label: "Wait", run: open("wait") },
    { keys: "z", label: "Snooze", run: open("snooze") },
    { keys: "x", label: "Not a problem", run: open("dismiss") },
    { keys: "m", label: "Merge", run: open("merge") },
  ]);
  return (
    <>
      <div className="verbs">
        {has ? null : <Verb label="Take" onClick={take} busy={act.isPending} />}
        <Verb label="Hand over" onClick={open("hand_over")} />
        {exception.waiting_on ? <Verb label="Wait no more" onClick={back("end_wait")} /> : <Verb label="Wait" onClick={open("wait")} />}
        {exception.snooze_until ? <Verb label="Bring back" onClick={back("wake")} /> : <Verb label="Snooze" onClick={open("snooze")} />}
        <Verb label="Not a problem" onClick={open("dismiss")} />
        <MoreVerbs exception={exception} onOpen={onOpen} />
      </div>
      <Refusal error={act.error} />
    </>
  );
}

function Verb({ label, onClick, busy = false }: { label: string; onClick: () => void; busy?: boolean }) {
  return (
    <button type="button" className="btn btn--s" disabled={busy} onClick={onClick}>
      {label}
    </button>
  );
}

function MoreVerbs({ exception, onOpen }: VerbsProps) {
  const doubt = Boolean(exception.effect_id);
  return (
    <Menu
      trigger={
        <button type="button" className="btn btn--s">
          More <Ellipsis className="i i--s" aria-hidden="true" />
        </button>
      }
    >
      {RESOLUTIONS.filter((one) => one.inDoubt !== true || doubt).map((one) => (
        <MenuItem key={one.action} onSelect={() => onOpen({ resolve: one })}>
          {one.label}
        </MenuItem>
      ))}
      <MenuItem onSelect={() => onOpen({ act: "merge" })}>Merge into another</MenuItem>
    </Menu>
  );
}
