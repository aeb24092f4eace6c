import { Check, Copy } from "lucide-react";
import { useState } from "react";

import { initials, ownerParts, shortId, systemName, words } from "@/lib/format";
import { useName } from "@/lib/people";

export function Person({ who }: { who: string }) {
  const name = useName(who);
  return (
    <span className="who" title={name}>
      <span className="av" aria-hidden="true">
        {initials(name)}
      </span>
      <span className="cut">{name}</span>
    </span>
  );
}

/** Whoever owns the next action: a person, a team or a role. */
export function Owner({ owner, person }: { owner: string; person?: string | null }) {
  const { kind, name } = ownerParts(owner);
  if (person) return <Person who={person} />;
  if (kind === "person") return <Person who={name} />;
  return (
    <span className="who" title={owner}>
      <span className="av av--group" aria-hidden="true">
        {initials(name)}
      </span>
      <span className="cut">{words(name)}</span>
      <span className="c3">{kind}</span>
    </span>
  );
}

/** A system by its two letters and its name. */
export function System({ name }: { name: string }) {
  return (
    <span className="sys">
      <i aria-hidden="true">{name.slice(0, 2).toUpperCase()}</i>
      {systemName(name)}
    </span>
  );
}

export function CopyId({ id }: { id: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className="id copy-id"
      title={id}
      aria-label={copied ? "Copied" : `Copy ${id}`}
      onClick={() => {
        void navigator.clipboard.writeText(id).then(() => setCopied(true));
        setTimeout(() => setCopied(false), 1_500);
      }}
    >
      {shortId(id)}
      {copied ? <Check className="i i--s" aria-hidden="true" /> : <Copy className="i i--s" aria-hidden="true" />}
    </button>
  );
}

export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd className="kbd wide" aria-hidden="true">
      {keys}
    </kbd>
  );
}
