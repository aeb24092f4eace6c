import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useMemo } from "react";

import { Segments } from "@/components/field";
import { Mark } from "@/components/mark";
import { Empty, Failed, Skeleton } from "@/components/states";
import { declared, type Declared } from "@/features/truth/declared";
import { coverageOf, matrixOf } from "@/features/truth/matrix";
import { MatrixTable } from "@/features/truth/matrix-table";
import { sentences } from "@/features/truth/sentences";
import { CoveragePanel, Later, Lookup } from "@/features/truth/side";
import { truthText } from "@/features/truth/text";
import { useConnectors } from "@/lib/catalog";
import { download } from "@/lib/download";
import { useTexts } from "@/lib/texts";
import { useTitle } from "@/lib/title";

type Show = "matrix" | "sentences" | "text";
const SHOWS: readonly { value: Show; label: string }[] = [
  { value: "matrix", label: "Matrix" },
  { value: "sentences", label: "Sentences" },
  { value: "text", label: "Text" },
];

export function TruthMapPage() {
  const search = useSearch({ from: "/truth-map" });
  const navigate = useNavigate({ from: "/truth-map" });
  const show = SHOWS.find((one) => one.value === search.show)?.value ?? "matrix";
  const texts = useTexts();
  const catalog = useConnectors();
  const found = useMemo(() => (texts.data ? declared(texts.data, (catalog.data ?? []).flatMap((one) => one.actions)) : null), [texts.data, catalog.data]);
  useTitle("Truth map");
  return (
    <>
      <header className="top">
        <h1 className="h2">Truth map</h1>
        <span className="chip wide" title="Nobody has signed a map yet: this is what workflows say">
          <Mark name="draft" />
          Read from workflows, not signed
        </span>
        <span className="push">
          <Segments<Show> label="Show" value={show} options={SHOWS} onChange={(value) => void navigate({ search: value === "matrix" ? {} : { show: value } })} />
        </span>
      </header>
      {found && !catalog.isPending ? <Body found={found} show={show} /> : texts.error ? <Failed error={texts.error} again={() => void texts.refetch()} kept="What workflows say is not touched by that." /> : <div className="page"><section className="panel"><Skeleton rows={8} /></section></div>}
    </>
  );
}

function Body({ found, show }: { found: Declared; show: Show }) {
  const groups = useMemo(() => matrixOf(found), [found]);
  if (found.sources.length + groups.length === 0) {
    return (
      <div className="page">
        <Empty title="No workflow says yet what is true where">
          The map begins with the first published workflow: its source of truth, what it writes, and where the values come from. <Link to="/workflows">Workflows</Link>
        </Empty>
      </div>
    );
  }
  return (
    <div className="page">
      <div className="cols">
        {show === "matrix" ? <MatrixOrWords found={found} groups={groups} /> : show === "sentences" ? <Sentences found={found} /> : <TextView found={found} />}
        <div className="stack stack--4">
          <Lookup found={found} />
          <CoveragePanel coverage={coverageOf(groups)} />
          <Later />
        </div>
      </div>
    </div>
  );
}

function MatrixOrWords({ found, groups }: { found: Declared; groups: ReturnType<typeof matrixOf> }) {
  return groups.length === 0 ? <Empty title="No workflow writes anything">They read, wait and ask. The matrix has a row for each field that is written.</Empty> : <MatrixTable found={found} groups={groups} />;
}

function Sentences({ found }: { found: Declared }) {
  return (
    <section className="panel">
      <ul className="list">
        {sentences(found).map((one) => (
          <li key={one.words} className="sentence">
            <Mark name={one.mark} />
            <span>{one.words}</span>
            {one.workflow ? (
              <Link className="push t12 nowrap" to="/workflows/$workflow" params={{ workflow: one.workflow }}>
                See it
              </Link>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function TextView({ found }: { found: Declared }) {
  const text = truthText(found);
  return (
    <section className="panel">
      <header>
        <h2 className="h2">As text</h2>
        <button type="button" className="btn btn--s push" onClick={() => download(text, "truth-map.yaml", "text/plain")}>
          <Download className="i i--s" aria-hidden="true" />
          Download
        </button>
      </header>
      <pre className="json workflow-text" tabIndex={0} aria-label="The map as text">
        {text}
      </pre>
    </section>
  );
}
