import { Pin, PinOff } from "lucide-react";
import { useState } from "react";

import { Mark } from "@/components/mark";
import { Json } from "@/components/value";
import { capital } from "@/lib/format";

import type { Tested } from "../api";
import { TRIGGER_KEY } from "../model/graph/edge-key";
import { nodeIndex, triggerId } from "../model/node-index";
import type { Json as Value } from "../model/text/value";
import { eventSample, sampleOrigin, stepSample } from "../samples/scope";
import { nodeStatus } from "../samples/status";
import { useDocument, useEditor, useEditorStore } from "../state/context";
import { JsonText } from "./form/json-any";

const ORIGIN = { pinned: "Pinned by hand: tests of later steps read it", tested: "From the last test", example: "An example of the connector", none: "No sample yet: test the step, or write one" };

/** The sample that later steps are tried with, and what the last test of the step gave. */
export function OutputTab({ node }: { node: string }) {
  const document = useDocument();
  const id = node === TRIGGER_KEY ? (triggerId(document) ?? "trigger") : (nodeIndex(document).byKey.get(node)?.id ?? null);
  const result = useEditor((state) => (id === null ? undefined : state.results[id]));
  const status = useEditor((state) => nodeStatus(state, node));
  if (id === null) return <p className="c2">A step without an id has no output that others could read.</p>;
  return (
    <>
      {result ? <Result result={result} stale={status.state === "stale"} name={id} /> : null}
      <SampleBox id={id} trigger={node === TRIGGER_KEY} />
    </>
  );
}

const STATUS: Readonly<Record<Tested["status"], string>> = { ran: "It ran", previewed: "Previewed: nothing was sent", evaluated: "A run would wait here", failed: "It failed" };

function Result({ result, stale, name }: { result: Tested; stale: boolean; name: string }) {
  return (
    <div className="stack">
      <p className="row">
        <Mark name={result.status === "failed" ? "fail" : stale ? "draft" : "done"} />
        <b>{stale ? "Stale: something changed since" : STATUS[result.status]}</b>
        <span className="c3 push">{result.took_ms} ms</span>
      </p>
      {result.failure ? (
        <div className="note note--risk t12">
          <span>
            <b>{capital(result.failure.message)}.</b> {result.failure.hint} <span className="mono">{result.failure.code}</span>
          </span>
        </div>
      ) : null}
      {result.summary ? <p>{result.summary}</p> : null}
      {result.changes?.length ? (
        <>
          <h3 className="h3">It would write</h3>
          <Json value={result.changes} name={`${name} changes`} />
        </>
      ) : null}
      <details>
        <summary className="t12">What it was given</summary>
        <Json value={result.input} name={`${name} input`} />
      </details>
    </div>
  );
}

function SampleBox({ id, trigger }: { id: string; trigger: boolean }) {
  const store = useEditorStore();
  const readOnly = useEditor((state) => state.readOnly);
  const sample = useEditor((state) => (trigger ? eventSample(state) : stepSample(state, id)));
  const origin = useEditor((state) => (trigger ? (Object.hasOwn(state.samples, id) ? "pinned" : "example") : sampleOrigin(state, id)));
  const [editing, setEditing] = useState(false);
  const pin = (value: unknown): void => store.setState(({ samples }) => ({ samples: { ...samples, [id]: value } }));
  const unpin = (): void => {
    setEditing(false);
    store.setState(({ samples }) => ({ samples: Object.fromEntries(Object.entries(samples).filter(([key]) => key !== id)) }));
  };
  return (
    <div className="stack">
      <div className="row">
        <h3 className="h3">Sample</h3>
        {readOnly ? null : (
          <>
            {editing ? null : (
              <button type="button" className="btn btn--s push" onClick={() => setEditing(true)}>
                Edit
              </button>
            )}
            {origin === "pinned" ? (
              <button type="button" className={editing ? "btn btn--s push" : "btn btn--s"} onClick={unpin}>
                <PinOff className="i i--s" aria-hidden="true" />
                Unpin
              </button>
            ) : sample === undefined ? null : (
              <button type="button" className={editing ? "btn btn--s push" : "btn btn--s"} onClick={() => pin(sample)}>
                <Pin className="i i--s" aria-hidden="true" />
                Pin
              </button>
            )}
          </>
        )}
      </div>
      <p className="help">{ORIGIN[origin]}.</p>
      {editing ? (
        <label className="field">
          <span className="sr">Sample of {id}</span>
          <JsonText value={sample as Value} readOnly={readOnly} onChange={(value) => (value === undefined ? unpin() : pin(value))} />
        </label>
      ) : (
        <Json value={sample} name={`${id} sample`} />
      )}
    </div>
  );
}
