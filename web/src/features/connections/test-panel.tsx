import { Mark } from "@/components/mark";
import { Refusal } from "@/components/states";
import { toast } from "@/lib/toasts";

import { useAgree, useTest, type Connection, type Tested } from "./api";
import { testWords } from "./words";

interface TestResultProps {
  name: string;
  tested: Tested;
  mayAgree: boolean;
  agreed: boolean;
}

/** What the system said, and the yes to it where one is needed. */
export function TestResult({ name, tested, mayAgree, agreed }: TestResultProps) {
  const agree = useAgree();
  const account = tested.account_id;
  const asks = tested.ok && account && !agreed && !agree.isSuccess;
  return (
    <div className="stack">
      <div className={tested.ok ? (asks ? "note note--exc" : "note note--path") : "note note--risk"} role="status">
        <Mark name={tested.ok ? (asks ? "soon" : "done") : "fail"} />
        <div className="breaks">
          <b>{tested.ok ? "It works." : "It does not work."}</b> {testWords(tested)}
          {tested.account_id ? <span className="mono t11 c3"> {tested.account_id}</span> : null}
          {asks ? <p className="mt-1">Until somebody agrees to this account, writes of live workflows over it wait for people, one by one.</p> : null}
        </div>
      </div>
      {asks && mayAgree ? (
        <div>
          <button type="button" className="btn btn--go" disabled={agree.isPending} onClick={() => agree.mutate({ name, account }, { onSuccess: () => toast(`Agreed: ${name} may write by itself where a workflow is live.`) })}>
            {agree.isPending ? "Agreeing" : `Agree to ${tested.account ?? account}`}
          </button>
        </div>
      ) : null}
      <Refusal error={agree.error} />
    </div>
  );
}

/** Asks the system whether the connection works, on demand. */
export function TestSection({ connection, allowed }: { connection: Connection; allowed: boolean }) {
  const test = useTest();
  return (
    <section className="panel" aria-label="Test">
      <header>
        <h2 className="h2">Does it work?</h2>
        <button type="button" className="btn btn--s push" disabled={!allowed || test.isPending} onClick={() => test.mutate(connection.name)}>
          {test.isPending ? "Asking" : "Test"}
        </button>
      </header>
      <div className="body stack stack--3">
        {test.data ? <TestResult name={connection.name} tested={test.data} agreed={connection.agreed} mayAgree={allowed} /> : <p className="c2">{allowed ? "A test asks the system who it takes us for. It writes nothing." : "Connections are tested by those who look after them."}</p>}
        <Refusal error={test.error} />
      </div>
    </section>
  );
}
