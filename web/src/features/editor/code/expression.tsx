import { useQuery } from "@tanstack/react-query";
import { CornerDownRight } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";

import { Mark } from "@/components/mark";
import { capital } from "@/lib/format";

import { evaluate, type Scope } from "../api";
import { scopeFor } from "../samples/scope";
import { sealStep } from "../state/editor-store";
import { useEditor, useEditorStore } from "../state/context";
import { shortValue } from "./completions";

const CodeField = lazy(() => import("./code-field"));

/** What the expressions of a step can read, made anew only when something about it changes. */
export function useScope(key: string | null): Scope {
  const history = useEditor((state) => state.history);
  const samples = useEditor((state) => state.samples);
  const results = useEditor((state) => state.results);
  const catalog = useEditor((state) => state.catalog);
  return useMemo(() => scopeFor({ history, samples, results, catalog }, key), [history, samples, results, catalog, key]);
}

const REST_MS = 350;

function useRested<T>(value: T): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

interface ExpressionProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly node: string | null;
  readonly kind?: "template" | "condition";
  readonly placeholder?: string;
  readonly lines?: number;
}

const hasExpression = (text: string): boolean => /\{[{%]/.test(text);

/** An expression with the value that it has in the sample, as the server says it. */
export function Expression({ label, value, onChange, node, kind = "template", placeholder, lines = 1 }: ExpressionProps) {
  const store = useEditorStore();
  const readOnly = useEditor((state) => state.readOnly);
  const scope = useScope(node);
  const live = kind === "condition" ? value.trim() !== "" : hasExpression(value);
  return (
    <div className="expr">
      <Suspense fallback={<textarea className="expr-wait mono" aria-label={label} value={value} onChange={(event) => onChange(event.target.value)} />}>
        <CodeField label={label} value={value} onChange={onChange} onLeave={() => sealStep(store)} kind={kind} scope={scope as unknown as Record<string, unknown>} readOnly={readOnly} lines={lines} {...(placeholder === undefined ? {} : { placeholder })} />
      </Suspense>
      {live ? <LiveValue text={value} condition={kind === "condition"} scope={scope} /> : null}
    </div>
  );
}

function LiveValue({ text, condition, scope }: { text: string; condition: boolean; scope: Scope }) {
  const asked = useRested(text);
  const seen = useRested(scope);
  const query = useQuery({
    queryKey: ["evaluate", asked, condition, JSON.stringify(seen)],
    queryFn: () => evaluate(asked, condition, seen),
    staleTime: Infinity,
    gcTime: 30_000,
    retry: false,
    placeholderData: (before) => before,
  });
  const from = [...asked.matchAll(/steps\s*\.\s*(\w+)/g)].flatMap((match) => match[1] ?? []);
  if (query.error || query.data === null) return null;
  const { value, problem } = query.data ?? { value: undefined, problem: null };
  return (
    <div className="val" role="status">
      {problem ? <Mark name="soon" small /> : <CornerDownRight className="i i--s" aria-hidden="true" />}
      {problem ? (
        <span title={problem.hint ?? undefined}>{capital(problem.message)}</span>
      ) : (
        <>
          <b className="cut" title={typeof value === "object" ? JSON.stringify(value, null, 1).slice(0, 2000) : undefined}>
            {query.data ? worded(value, condition) : "Asking the server"}
          </b>
          {from.length ? <span className="cut">from {[...new Set(from)].join(", ")}</span> : null}
        </>
      )}
    </div>
  );
}

function worded(value: unknown, condition: boolean): string {
  if (condition && typeof value === "boolean") return value ? "True in the sample" : "False in the sample";
  return shortValue(value);
}
