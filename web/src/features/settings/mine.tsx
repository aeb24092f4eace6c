import { useState, type SubmitEvent } from "react";

import { Field } from "@/components/field";
import { Failed, Refusal, Skeleton } from "@/components/states";
import { Ago, When } from "@/components/time";
import { useMe } from "@/lib/me";
import { toast } from "@/lib/toasts";

import { useEndOthers, useEndSession, useMySessions, useSetPassword } from "./api";
import { Section } from "./section";

export function MySettings() {
  const me = useMe();
  return (
    <div className="stack stack--4">
      {me?.person_id ? <PasswordForm /> : <Section title="Password">{<p className="c2">You came in with the key of the data directory: it is nobody's account and has no password.</p>}</Section>}
      <Sessions />
    </div>
  );
}

const LEAST = 12;

function PasswordForm() {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const set = useSetPassword();
  const differs = again !== "" && fresh !== again;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (differs) return;
    set.mutate(
      { old, new: fresh },
      {
        onSuccess: () => {
          toast("The password is changed. Your other sessions have ended.");
          [setOld, setFresh, setAgain].forEach((clear) => clear(""));
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Section title="Password" words="With a new one all your other sessions end.">
        <Field label="The password you have">{(props) => <input {...props} className="input" type="password" autoComplete="current-password" required value={old} onChange={(event) => setOld(event.target.value)} />}</Field>
        <Field label="The new one" help={`At least ${LEAST} characters; long is better than odd.`}>
          {(props) => <input {...props} className="input" type="password" autoComplete="new-password" minLength={LEAST} required value={fresh} onChange={(event) => setFresh(event.target.value)} />}
        </Field>
        <Field label="The new one again" {...(differs ? { help: "It is not the same." } : {})}>
          {(props) => <input {...props} className={differs ? "input is-bad" : "input"} type="password" autoComplete="new-password" required aria-invalid={differs} value={again} onChange={(event) => setAgain(event.target.value)} />}
        </Field>
        <Refusal error={set.error} />
        <div>
          <button type="submit" className="btn btn--go" disabled={set.isPending}>
            {set.isPending ? "Changing" : "Change password"}
          </button>
        </div>
      </Section>
    </form>
  );
}

function Sessions() {
  const { items, loading, error, again } = useMySessions();
  const end = useEndSession();
  const endOthers = useEndOthers();
  const others = items.filter((one) => !one.current).length;
  const action =
    others > 0 ? (
      <button type="button" className="btn btn--s btn--no" disabled={endOthers.isPending} onClick={() => endOthers.mutate(undefined, { onSuccess: () => toast("You are signed in here alone.") })}>
        End all others
      </button>
    ) : null;
  return (
    <Section title="Where you are signed in" words="A session ends after 12 hours without a request, after 7 days, and when you sign out." action={action} flush>
      {loading ? <Skeleton rows={2} /> : error ? <Failed error={error} again={again} /> : null}
      <ul className="list">
        {items.map((one) => (
          <li key={one.session_id}>
            <div className="two">
              <span className="cut" title={one.client}>
                {one.client || "A browser that does not say its name"}
              </span>
              <span className="t12 c3">
                signed in <When time={one.created_at} />, used <Ago time={one.used_at} />
              </span>
            </div>
            <span className="push">
              {one.current ? (
                <span className="chip chip--path">This one</span>
              ) : (
                <button type="button" className="btn btn--s" onClick={() => end.mutate(one.session_id, { onSuccess: () => toast("It has ended.") })}>
                  End
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      <Refusal error={end.error ?? endOthers.error} />
    </Section>
  );
}
