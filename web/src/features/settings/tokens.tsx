import { Plus } from "lucide-react";
import { useState, type SubmitEvent } from "react";

import { Confirm, FormFoot } from "@/components/confirm";
import { ShownOnce } from "@/components/copy";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Mark } from "@/components/mark";
import { Empty, Failed, Refusal, Skeleton } from "@/components/states";
import { Ago, When } from "@/components/time";
import { useMe } from "@/lib/me";
import { useNames } from "@/lib/people";
import { toast } from "@/lib/toasts";

import { useMakeToken, useRevoke, useTokens, type Token } from "./api";
import { Section } from "./section";

const SCOPES: Record<string, string> = {
  read: "See everything but secrets",
  operate: "Start, cancel, retry runs; publish events",
  resolve: "Resolve exceptions, answer questions",
  decide: "Decide proposals, but not money and what cannot be undone",
  build: "Publish workflows",
  admin: "Everything but deciding",
};

export function TokenSettings() {
  const { items, loading, error, again } = useTokens();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const alive = items.filter((one) => !one.revoked_at);
  const add = (
    <button type="button" className="btn btn--s" onClick={() => setMaking(true)}>
      <Plus className="i i--s" aria-hidden="true" />
      New token
    </button>
  );
  return (
    <Section title="API tokens" words="For programs and the command line. A token may do what its owner may, narrowed to its scopes, and ends with their account." action={add} flush>
      {loading ? <Skeleton rows={3} two /> : error ? <Failed error={error} again={again} /> : alive.length === 0 ? <Empty title="There is no token">A program that speaks to this server needs one; it is shown once, when it is made.</Empty> : null}
      <ul className="list">
        {alive.map((one) => (
          <TokenRow key={one.token_id} token={one} onRevoke={() => setRevoking(one)} />
        ))}
      </ul>
      {making ? <MakeDialog onClose={() => setMaking(false)} /> : null}
      {revoking ? <RevokeDialog token={revoking} onClose={() => setRevoking(null)} /> : null}
    </Section>
  );
}

function TokenRow({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const nameOf = useNames();
  return (
    <li className="row--wrap">
      <div className="two">
        <span className="semi">{token.name}</span>
        <span className="t12 c2">
          {[token.scopes.join(", "), token.workspace ? `only ${token.workspace}` : "", token.person_id ? nameOf(token.person_id) : "the data directory's"].filter(Boolean).join(" · ")}
        </span>
        <span className="t12 c3">
          {token.used_at ? (
            <>
              used <Ago time={token.used_at} />
            </>
          ) : (
            "never used"
          )}
          {token.expires_at ? (
            <>
              , ends <When time={token.expires_at} />
            </>
          ) : (
            ", does not end by itself"
          )}
        </span>
      </div>
      <button type="button" className="btn btn--s btn--no push" aria-label={`Revoke ${token.name}`} onClick={onRevoke}>
        Revoke
      </button>
    </li>
  );
}

function RevokeDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const revoke = useRevoke();
  const done = () => {
    toast(`${token.name} works no longer.`);
    onClose();
  };
  return (
    <Confirm title={`Revoke ${token.name}?`} verb="Revoke" busy="Revoking" pending={revoke.isPending} error={revoke.error} onClose={onClose} onConfirm={() => revoke.mutate(token.token_id, { onSuccess: done })}>
      <p>Whatever uses it is refused from its next request on. This cannot be taken back; another token can be made.</p>
    </Confirm>
  );
}

function MakeDialog({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["read"]);
  const [workspace, setWorkspace] = useState("");
  const [days, setDays] = useState("90");
  const make = useMakeToken();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    make.mutate({ name, scopes, workspace: workspace || null, expires_in_days: days === "" ? null : Number(days) });
  };
  if (make.data) {
    return (
      <Dialog title={make.data.name} onClose={onClose}>
        <div className="note note--exc">
          <Mark name="soon" />
          <span>
            <b>It is shown this once.</b> Only its hash is kept.
          </span>
        </div>
        <ShownOnce label="Token" value={make.data.token} />
        <footer>
          <button type="button" className="btn btn--go" onClick={onClose}>
            I have it
          </button>
        </footer>
      </Dialog>
    );
  }
  return (
    <Dialog title="New token" onClose={onClose}>
      <form className="dialog-form" onSubmit={submit}>
        <Field label="What it is for" help="Stands in records of what was done with it.">
          {(props) => <input {...props} className="input" value={name} maxLength={100} required onChange={(event) => setName(event.target.value)} />}
        </Field>
        <ScopesField scopes={scopes} onChange={setScopes} />
        <div className="pair">
          <Field label="Workspace">
            {(props) => (
              <select {...props} className="input" value={workspace} onChange={(event) => setWorkspace(event.target.value)}>
                <option value="">All of mine</option>
                {me?.workspaces.map((one) => <option key={one.workspace}>{one.workspace}</option>)}
              </select>
            )}
          </Field>
          <Field label="Ends after, in days" help="Empty: it does not end by itself.">
            {(props) => <input {...props} className="input" inputMode="numeric" pattern="\d*" value={days} onChange={(event) => setDays(event.target.value)} />}
          </Field>
        </div>
        <Refusal error={make.error} />
        <FormFoot verb="Make it" busy="Making" pending={make.isPending} ready={scopes.length > 0} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function ScopesField({ scopes, onChange }: { scopes: readonly string[]; onChange: (scopes: string[]) => void }) {
  return (
    <fieldset className="stack">
      <legend className="label">What it may do</legend>
      {Object.entries(SCOPES).map(([scope, words]) => (
        <label className="row row--top" key={scope}>
          <input type="checkbox" checked={scopes.includes(scope)} onChange={(event) => onChange(event.target.checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))} />
          <span>
            <b>{scope}</b> <span className="c2">{words}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
