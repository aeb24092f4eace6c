import { useQuery } from "@tanstack/react-query";

import { Refusal, Skeleton } from "@/components/states";
import { loadPacks, loadPackText, type Pack } from "@/lib/packs";
import { useSending } from "@/lib/use-sending";

import { useToEditor } from "../new-workflow/to-editor";

/** The workflows that ship, each one press away from a draft. */
export function Packs() {
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
            <button type="button" className="pack" disabled={sending.pending} onClick={() => sending.send(open(one))}>
              <b className="text-ink">{one.title}</b>
              <span className="t12 c2">{one.connections.map((connection) => connection.name).join(", ")}</span>
            </button>
          </li>
        ))}
      </ul>
      <Refusal error={sending.error} />
    </>
  );
}
