import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type SubmitEvent } from "react";

import { Field } from "@/components/field";
import { Mark } from "@/components/mark";
import { useMe } from "@/lib/me";
import { goOn, signIn } from "@/lib/sign-in";

import { Brand } from "./brand";

function SignInForm({ mailBefore }: { mailBefore: string }) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const attempt = (work: Promise<string | null>) => {
    setBusy(true);
    void work.then((answer) => {
      setBusy(false);
      setRefusal(answer);
    });
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => (form.get(name) as string | null) ?? "";
    attempt(signIn(client, field("mail"), field("password")));
  };
  return (
    <form className="dialog-form" onSubmit={submit}>
      {refusal === null ? null : (
        <p className="note note--risk" role="alert">
          <Mark name="fail" />
          <span>{refusal}</span>
        </p>
      )}
      <Field label="Mail address">{(props) => <input {...props} className="input" name="mail" type="email" autoComplete="username" defaultValue={mailBefore} required />}</Field>
      <Field label="Password">{(props) => <input {...props} className="input" name="password" type="password" autoComplete="current-password" required />}</Field>
      <button type="submit" className="btn btn--go btn--wide" disabled={busy}>
        {busy ? "Signing in" : "Sign in"}
      </button>
      <p className="help">
        <span>
          With a one-time link: open it in another tab, then{" "}
          <button type="button" className="link" onClick={() => attempt(goOn(client))}>
            go on here
          </button>
          .
        </span>
      </p>
    </form>
  );
}

/** Nobody is signed in, and nothing was shown before. */
export function SignInPage() {
  return (
    <main className="sign" id="main">
      <section className="panel sign-card">
        <div className="dialog-sheet">
          <Brand />
          <h1 className="h1">Sign in</h1>
          <SignInForm mailBefore="" />
        </div>
      </section>
    </main>
  );
}

/** The session is lost while a page is open: the page stays as it is behind this. */
export function SignInAgain() {
  const me = useMe();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={element} className="dialog sign-card" aria-labelledby="sign-in-again" onCancel={(event) => event.preventDefault()}>
      <div className="dialog-sheet">
        <h2 className="h1" id="sign-in-again">
          Sign in again
        </h2>
        <p className="c2">Your session has ended. What you had open and what you typed is kept, and what was under way goes on.</p>
        <SignInForm mailBefore={me?.mail ?? ""} />
      </div>
    </dialog>
  );
}
