import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { Refusal, Skeleton } from "@/components/states";
import { loadPacks, loadPackText, type Pack } from "@/lib/packs";
import { useSending } from "@/lib/use-sending";

import { useToEditor } from "./to-editor";

const NONE: ReadonlySet<string> = new Set();

/** The workflows that ship, each one press away from a draft; one that is here already leads to what became of it. */
export function Packs({ taken = NONE }: { taken?: ReadonlySet<string> }) {
  const packs = useQuery({ queryKey: ["packs"], queryFn: loadPacks, staleTime: Infinity });
  const sending = useSending();
  const toEditor = useToEditor();
  const open = async ({ pack }: Pack) => {
    const text = await loadPackText(pack);
    if (text !== null) await toEditor(pack, text);
  };
  if (!packs.data) return packs.error ? <Refusal error={packs.error} /> : <Skeleton rows={2} />;
  return (
    <>
      <ul className="pack-list">
        {packs.data.map((one) => (
          <li key={one.pack}>
            {taken.has(one.pack) ? (
              <Link className="pack" to="/workflows/$workflow" params={{ workflow: one.pack }}>
                <b className="text-ink">{one.title}</b>
                <span className="t12 c2">Is here already</span>
              </Link>
            ) : (
              <button type="button" className="pack" disabled={sending.pending} onClick={() => sending.send(open(one))}>
                <b className="text-ink">{one.title}</b>
                <span className="t12 c2">{one.connections.map((connection) => connection.name).join(", ")}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <Refusal error={sending.error} />
    </>
  );
}
