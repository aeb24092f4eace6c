import { Ellipsis } from "lucide-react";
import { useState, type SubmitEvent } from "react";

import { Confirm, FormFoot } from "@/components/confirm";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Mark, type MarkName } from "@/components/mark";
import { Menu, MenuItem, MenuLine } from "@/components/menu";
import { Empty, Failed, Refusal, Skeleton } from "@/components/states";
import { Ago, When } from "@/components/time";
import { initials } from "@/lib/format";
import { toast } from "@/lib/toasts";

import { useAccounts, useChangeAccount, useDisable, useEnable, useEndSessions, usePasswordLink, useSessionsOf, type Account, type Link } from "./api";
import { LinkDialog } from "./link-dialog";

type What = "change" | "disable" | "sessions" | "link";

const STATES: Record<string, { mark: MarkName; tone: string; words: string }> = {
  active: { mark: "done", tone: "tx-path", words: "Active" },
  invited: { mark: "soon", tone: "tx-exc", words: "Invited" },
  disabled: { mark: "pause", tone: "tx-c2", words: "Disabled" },
};

export function Accounts() {
  const { items, loading, error, again } = useAccounts(true);
  const [open, setOpen] = useState<{ what: What; account: Account } | null>(null);
  const enable = useEnable();
  const act = (what: What | "enable", account: Account) => {
    if (what !== "enable") setOpen({ what, account });
    else enable.mutate(account.person_id, { onSuccess: () => toast(`${account.name} may sign in again.`) });
  };
  if (loading) return <section className="panel"><Skeleton rows={5} two /></section>;
  if (error) return <Failed error={error} again={again} />;
  if (items.length === 0) return <Empty title="There is no account yet">Invite somebody from “Members”: they get an account and a place here in one go.</Empty>;
  return (
    <section className="panel panel--list" aria-label="Accounts">
      <table className="tbl tbl--cards">
        <thead>
          <tr>
            <th scope="col">Account</th>
            <th scope="col">State</th>
            <th scope="col">Looks after the server</th>
            <th scope="col">Password set</th>
            <th scope="col">Made</th>
            <th scope="col">
              <span className="sr">More</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <Row key={one.person_id} account={one} onAct={(what) => act(what, one)} />
          ))}
        </tbody>
      </table>
      <Refusal error={enable.error} />
      {open ? <Opened {...open} onClose={() => setOpen(null)} /> : null}
    </section>
  );
}

function Row({ account, onAct }: { account: Account; onAct: (what: What | "enable") => void }) {
  const state = STATES[account.state] ?? { mark: "idle" as const, tone: "tx-c2", words: account.state };
  return (
    <tr>
      <td>
        <div className="row">
          <span className="av" aria-hidden="true">
            {initials(account.name)}
          </span>
          <div className="two">
            <span className="semi cut">{account.name}</span>
            <span className="cut">{account.mail}</span>
          </div>
        </div>
      </td>
      <td data-l="State">
        <span className={`state ${state.tone}`}>
          <Mark name={state.mark} />
          {state.words}
        </span>
      </td>
      <td data-l="Server">{account.server_admin ? "Yes" : <span className="c3">No</span>}</td>
      <td data-l="Password">{account.password_at ? <Ago time={account.password_at} /> : <span className="c3">Not yet</span>}</td>
      <td data-l="Made" className="c2">
        <When time={account.created_at} />
      </td>
      <td className="num">
        <Menu
          trigger={
            <button type="button" className="btn btn--quiet btn--icon btn--s" aria-label={`More about ${account.name}`}>
              <Ellipsis className="i" aria-hidden="true" />
            </button>
          }
        >
          <MenuItem onSelect={() => onAct("change")}>Change name, address, rights</MenuItem>
          <MenuItem onSelect={() => onAct("link")}>A link for a new password</MenuItem>
          <MenuItem onSelect={() => onAct("sessions")}>Sessions</MenuItem>
          <MenuLine />
          {account.state === "disabled" ? <MenuItem onSelect={() => onAct("enable")}>Enable again</MenuItem> : <MenuItem onSelect={() => onAct("disable")}>Disable</MenuItem>}
        </Menu>
      </td>
    </tr>
  );
}

function Opened({ what, account, onClose }: { what: What; account: Account; onClose: () => void }) {
  switch (what) {
    case "change":
      return <ChangeDialog account={account} onClose={onClose} />;
    case "disable":
      return <DisableDialog account={account} onClose={onClose} />;
    case "sessions":
      return <SessionsDialog account={account} onClose={onClose} />;
    case "link":
      return <NewLinkDialog account={account} onClose={onClose} />;
  }
}

interface DialogProps {
  account: Account;
  onClose: () => void;
}

function ChangeDialog({ account, onClose }: DialogProps) {
  const [name, setName] = useState(account.name);
  const [mail, setMail] = useState(account.mail);
  const [admin, setAdmin] = useState(account.server_admin);
  const change = useChangeAccount();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change.mutate(
      { person: account.person_id, name, mail, server_admin: admin },
      {
        onSuccess: () => {
          toast(`${name} is changed.`, { undo: () => change.mutate({ person: account.person_id, name: account.name, mail: account.mail, server_admin: account.server_admin }) });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title={account.name} onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <Field label="Name">{(props) => <input {...props} className="input" value={name} required onChange={(event) => setName(event.target.value)} />}</Field>
        <Field label="Mail address" help="What they sign in with.">{(props) => <input {...props} className="input" type="email" value={mail} required onChange={(event) => setMail(event.target.value)} />}</Field>
        <label className="pick">
          <input type="checkbox" checked={admin} onChange={(event) => setAdmin(event.target.checked)} />
          <span>
            <b>Looks after the whole server</b> <span className="c2">All workspaces, plugins, accounts and backups.</span>
          </span>
        </label>
        <Refusal error={change.error} />
        <FormFoot verb="Keep" busy="Keeping" pending={change.isPending} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function DisableDialog({ account, onClose }: DialogProps) {
  const disable = useDisable();
  const enable = useEnable();
  const confirm = () =>
    disable.mutate(account.person_id, {
      onSuccess: () => {
        toast(`${account.name} is disabled.`, { undo: () => enable.mutate(account.person_id) });
        onClose();
      },
    });
  return (
    <Confirm title={`Disable ${account.name}?`} verb="Disable" busy="Disabling" pending={disable.isPending} error={disable.error} onClose={onClose} onConfirm={confirm}>
      <p>Their sessions and tokens end at once, in every workspace. What they own goes to the backup. It can be taken back.</p>
    </Confirm>
  );
}

function SessionsDialog({ account, onClose }: DialogProps) {
  const sessions = useSessionsOf(account.person_id);
  const end = useEndSessions();
  return (
    <Dialog title={`Sessions of ${account.name}`} onClose={onClose}>
      {sessions.data === undefined ? sessions.error ? <Failed error={sessions.error} again={() => void sessions.refetch()} /> : <Skeleton rows={2} /> : null}
      {sessions.data?.length === 0 ? <p className="c2">They are signed in nowhere.</p> : null}
      <ul className="list list--boxed">
        {sessions.data?.map((one) => (
          <li key={one.session_id}>
            <span className="cut" title={one.client}>
              {one.client}
            </span>
            <span className="push c3 nowrap t12">
              used <Ago time={one.used_at} />
            </span>
          </li>
        ))}
      </ul>
      <Refusal error={end.error} />
      <footer>
        <button type="button" className="btn" onClick={onClose}>
          Done
        </button>
        <button type="button" className="btn btn--no" disabled={end.isPending || sessions.data?.length === 0} onClick={() => end.mutate(account.person_id, { onSuccess: () => toast("They are signed out everywhere.") })}>
          {end.isPending ? "Ending" : "End them all"}
        </button>
      </footer>
    </Dialog>
  );
}

function NewLinkDialog({ account, onClose }: DialogProps) {
  const make = usePasswordLink();
  const [link, setLink] = useState<Link | null>(null);
  if (link) return <LinkDialog link={link} name={account.name} onClose={onClose} />;
  return (
    <Confirm title={`A link for ${account.name}`} verb="Make a link" busy="Making" takes={false} pending={make.isPending} error={make.error} onClose={onClose} onConfirm={() => make.mutate(account.person_id, { onSuccess: setLink })}>
      <p>It lets them set a password, once. The password they have works until then; with the new one their sessions end.</p>
    </Confirm>
  );
}
