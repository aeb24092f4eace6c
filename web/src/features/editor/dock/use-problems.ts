import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { useWorkspace } from "@/lib/workspace";

import { lintText, type Problem } from "../api";
import { textOf } from "../state/editor-store";
import { useEditor } from "../state/context";

const REST_MS = 600;

export interface Problems {
  readonly problems: readonly Problem[];
  readonly errors: number;
  /** The text was changed since: the server looks at it as soon as the typing rests. */
  readonly checking: boolean;
  readonly checkedAt: number | null;
  readonly failure: Error | null;
}

/** The text, some time after it was last changed. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

/** What the server finds in the text. It has the last word, here as when publishing. */
export function useProblems(): Problems {
  const workspace = useWorkspace((state) => state.workspace);
  const text = useEditor(textOf);
  const workflow = useEditor((state) => state.workflow);
  const rested = useRested(text);
  const query = useQuery({
    queryKey: ["lint", workspace, workflow, rested],
    queryFn: () => lintText(rested, `${workflow}.yaml`),
    // The same text has other problems once a connector or a connection is there: asked again with every look at the page.
    refetchOnMount: "always",
    refetchOnWindowFocus: "always",
    staleTime: Infinity,
    gcTime: 60_000,
    placeholderData: (before) => before,
  });
  const problems = query.data?.problems ?? [];
  return {
    problems,
    errors: problems.filter((problem) => problem.severity === "error").length,
    checking: query.isFetching || rested !== text,
    checkedAt: query.dataUpdatedAt || null,
    failure: query.error,
  };
}
