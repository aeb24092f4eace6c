import { Play } from "lucide-react";
import { memo, useEffect, useState } from "react";

import { Mark } from "@/components/mark";
import { capital } from "@/lib/format";

import { useReveal } from "../canvas/view";
import { iconOf, KIND_WORDS, systemOf } from "../canvas/kinds";
import { gateOf, reviewGate } from "../model/graph/gate";
import { setField } from "../model/commands/set-field";
import { kindOf, type NodeKind } from "../model/node";
import { nodeIndex } from "../model/node-index";
import { asText, entry } from "../model/text/value";
import { runTo, tryStep } from "../samples/test-runner";
import { useDocument, useEditor, useEditorStore, useRun } from "../state/context";
import { ExceptionsTab } from "./exceptions-tab";
import { NodeForm, useNodeField } from "./node-form";
import { NextTab } from "./next-tab";
import { OutputTab } from "./output-tab";
import { KIND_SCHEMAS, RETRY } from "./kind-schemas";
import { SchemaForm } from "./form/field";
import { StepMenu } from "./step-menu";
import { Panel, Tabs, type Tab } from "./tabs";

/** Kinds that a run cannot try alone: they only lead on. */
const UNTESTED = new Set<NodeKind>(["end", "join", "unknown"]);

function tabsOf(kind: NodeKind): Tab[] {
  const inside = kind === "raise" || kind === "ask";
  return [
    { id: "input", words: kind === "switch" ? "Conditions" : kind === "raise" ? "Exception" : kind === "ask" ? "Question" : kind in KIND_SCHEMAS ? "Settings" : "Input" },
    ...(inside || kind === "end" ? [] : [{ id: "exceptions", words: "Exceptions" }]),
    ...(kind === "action" || kind === "code" ? [{ id: "retry", words: "Retry" }] : []),
    { id: "next", words: "Next" },
    ...(UNTESTED.has(kind) ? [] : [{ id: "output", words: "Output" }]),
  ];
}

export const NodeInspector = memo(function NodeInspector({ node }: { node: string }) {
  const value = nodeIndex(useDocument()).byKey.get(node)?.node ?? null;
  const kind = kindOf(value);
  const readOnly = useEditor((state) => state.readOnly);
  const tabs = tabsOf(kind);
  const { tab, setTab } = useTab(tabs);
  return (
    <>
      <Head node={node} kind={kind} />
      <Tabs tabs={tabs} chosen={tab} onChoose={setTab} />
      {tab === "input" ? (
        <Panel label="Input">
          <NodeForm node={node} />
          <GateNote node={node} />
        </Panel>
      ) : tab === "exceptions" ? (
        <Panel label="Exceptions">
          <ExceptionsTab node={node} />
        </Panel>
      ) : tab === "retry" ? (
        <Panel label="Retry">
          <RetryForm node={node} />
        </Panel>
      ) : tab === "next" ? (
        <Panel label="Next">
          <NextTab node={node} />
        </Panel>
      ) : (
        <Panel label="Output">
          <OutputTab node={node} />
        </Panel>
      )}
      {readOnly || UNTESTED.has(kind) ? null : <TestBar node={node} />}
    </>
  );
});

/** The tab that is shown: the one that a problem or the checklist asked for, else what the person chose. */
function useTab(tabs: readonly Tab[]): { readonly tab: string; readonly setTab: (tab: string) => void } {
  const focused = useEditor((state) => state.focused);
  const [tab, setTab] = useState(focused.tab ?? "input");
  useEffect(() => {
    if (focused.tab !== null) setTab(focused.tab);
    else if (focused.asked > 0) setTab("input");
  }, [focused]);
  return { tab: tabs.some((one) => one.id === tab) ? tab : "input", setTab };
}

function Head({ node, kind }: { node: string; kind: NodeKind }) {
  const { value, write } = useNodeField(node);
  const catalog = useEditor((state) => state.catalog);
  const readOnly = useEditor((state) => state.readOnly);
  const known = catalog.actions.get(asText(entry(value, "action")) ?? "");
  const Icon = iconOf(kind, known?.effect);
  return (
    <header>
      <div className="row">
        <Icon className="i i--l" aria-hidden="true" />
        <input className="title-input" aria-label="Title of the step" placeholder={asText(entry(value, "id")) ?? "Title"} value={asText(entry(value, "title")) ?? ""} readOnly={readOnly} onChange={(event) => write(["title"], event.target.value === "" ? undefined : event.target.value)} />
        <StepMenu node={node} />
      </div>
      <div className="row row--wrap t12">
        {kind === "action" ? (
          <span className="sys">
            <i aria-hidden="true">{systemOf(kind, value, catalog).slice(0, 2).toUpperCase()}</i>
            {systemOf(kind, value, catalog)}
          </span>
        ) : null}
        <span className="c3">{known?.title ?? (kind === "action" ? asText(entry(value, "action")) : KIND_WORDS[kind])}</span>
        {known ? <span className="chip chip--line">{EFFECTS[known.effect]}</span> : null}
        <IdField node={node} />
      </div>
    </header>
  );
}

const EFFECTS = { read: "read", write_idempotent: "write, same key", write_once: "write once" };

/** The id: what expressions read, and what must be there once. It is written when the field is left. */
function IdField({ node }: { node: string }) {
  const run = useRun();
  const id = nodeIndex(useDocument()).byKey.get(node)?.id ?? "";
  const readOnly = useEditor((state) => state.readOnly);
  const [typed, setTyped] = useState<string | null>(null);
  const done = (): void => {
    const wanted = typed?.trim();
    setTyped(null);
    if (wanted && wanted !== id) run((document) => setField(document, { key: node, path: ["id"], value: wanted }));
  };
  return (
    <label className="id-field" title="Later expressions read it under this id">
      <span className="c3">steps.</span>
      <input
        className="mono"
        aria-label="Id of the step"
        value={typed ?? id}
        size={Math.max(4, (typed ?? id).length)}
        readOnly={readOnly}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === "Enter") done();
          if (event.key === "Escape") setTyped(null);
        }}
      />
    </label>
  );
}

function RetryForm({ node }: { node: string }) {
  const { value, write } = useNodeField(node);
  const timeout = asText(entry(value, "timeout")) ?? "";
  const readOnly = useEditor((state) => state.readOnly);
  return (
    <>
      <p className="help">A failure that may pass is tried again before it becomes an exception. A write is sent again only with the same key.</p>
      <SchemaForm key={node} schema={RETRY} value={entry(value, "retry")} node={node} templates={false} write={(path, next) => write(["retry", ...path], next)} />
      <label className="field">
        <span className="label">One attempt takes at most</span>
        <input className="input" value={timeout} placeholder="10s" readOnly={readOnly} onChange={(event) => write(["timeout"], event.target.value === "" ? undefined : event.target.value)} />
      </label>
    </>
  );
}

/** What the review gate means for this step. */
function GateNote({ node }: { node: string }) {
  const document = useDocument();
  const catalog = useEditor((state) => state.catalog.model);
  const value = nodeIndex(document).byKey.get(node)?.node ?? null;
  const gate = gateOf(reviewGate(document), value, catalog);
  if (!gate) return null;
  return (
    <div className={gate.state === "waits" ? "note note--review t12" : "note t12"}>
      <Mark name={gate.state === "passes" ? "done" : "gate"} />
      <span>
        <b>{capital(gate.words)}.</b> {gate.conditional ? `${gate.conditional} more ${gate.conditional === 1 ? "rule asks" : "rules ask"} others under a condition.` : ""} {gate.expires === null ? "" : `A proposal expires after ${gate.expires}; silence is never a yes.`}
      </span>
    </div>
  );
}

function TestBar({ node }: { node: string }) {
  const store = useEditorStore();
  const reveal = useReveal();
  const [busy, setBusy] = useState<"step" | "way" | null>(null);
  const kind = kindOf(nodeIndex(useDocument()).byKey.get(node)?.node ?? null);
  const go = (what: "step" | "way"): void => {
    setBusy(what);
    const work = what === "step" ? tryStep(store, node) : runTo(store, node, (key) => reveal(key, false));
    void work
      .catch(() => undefined)
      .finally(() => {
        setBusy(null);
        store.setState(({ focused }) => ({ focused: { part: "node", tab: "output", asked: focused.asked } }));
      });
  };
  return (
    <footer>
      <button type="button" className="btn btn--go" disabled={busy !== null} onClick={() => go("step")}>
        <Play className="i i--s" aria-hidden="true" />
        {busy === "step" ? "Testing" : kind === "action" ? "Test this step" : "Try this step"}
      </button>
      <button type="button" className="btn" disabled={busy !== null} onClick={() => go("way")}>
        {busy === "way" ? "Running" : "Run to here"}
      </button>
    </footer>
  );
}
