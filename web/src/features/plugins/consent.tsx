import { Mark } from "@/components/mark";
import { Refusal, named } from "@/components/states";
import { useConnectors } from "@/lib/catalog";
import { capital } from "@/lib/format";

import { usePlugins, type Asks } from "./api";
import { difference, knownOf, type Line } from "./difference";

interface ConsentProps {
  asks: Asks;
  pending: boolean;
  error: Error | null;
  onBack: () => void;
  onAgree: () => void;
}

/** All that a plugin may do, in words, what is new first. */
export function Consent({ asks, pending, error, onBack, onAgree }: ConsentProps) {
  const plugins = usePlugins().items;
  const catalog = useConnectors().data;
  const before = plugins.find((one) => one.current && one.connector === asks.connector);
  const hosts = catalog?.find((one) => one.connector === before?.connector)?.hosts ?? [];
  const lines = difference(asks.words, knownOf(before, hosts));
  return (
    <div className="stack stack--4">
      <p className="c2">
        {before ? (
          <>
            <b className="text-ink">{before.name} {before.version}</b> is installed. What this one asks for goes beyond that, or differs from it.
          </>
        ) : (
          `${capital(asks.connector ?? "it")} is not installed yet. This is all it may do, and it can do nothing else: it sees no secret, no file and no other run.`
        )}
      </p>
      <ul className="consent" aria-label="What it may do">
        {lines.map((line) => (
          <ConsentLine line={line} key={line.words} upgrade={before !== undefined} />
        ))}
      </ul>
      <p className="t12 c3">
        You agree to exactly this set: <span className="mono breaks">{asks.accept}</span>
      </p>
      <Refusal error={error} />
      <footer className="row row--end">
        <button type="button" className="btn" onClick={onBack}>
          Do not install
        </button>
        <button type="button" className="btn btn--go" disabled={pending} onClick={onAgree}>
          {pending ? "Installing" : "Agree and install"}
        </button>
      </footer>
    </div>
  );
}

function ConsentLine({ line, upgrade }: { line: Line; upgrade: boolean }) {
  return (
    <li>
      <Mark name={line.final ? "doubt" : "gate"} />
      <span>
        {named(capital(line.words.replace("CANNOT BE UNDONE", "cannot be undone")))}
        {line.final ? <b className="tx-risk"> Irreversible</b> : null}
      </span>
      {upgrade && line.fresh === true ? <span className="chip chip--exc">New</span> : null}
      {upgrade && line.fresh === false ? <span className="c3 t12">as before</span> : null}
    </li>
  );
}
