import { Plus } from "lucide-react";
import { useState } from "react";

import { Dialog } from "@/components/dialog";
import { Menu, MenuItem } from "@/components/menu";

import { Blank } from "./blank";
import { FromN8n } from "./from-n8n";
import { FromText } from "./from-text";

export type Way = "blank" | "text" | "n8n";
export const WAYS: readonly Way[] = ["blank", "text", "n8n"];

const WORDS: Record<Way, string> = { blank: "Blank", text: "From text", n8n: "From an n8n export" };
const TITLES: Record<Way, string> = { blank: "New workflow", text: "A workflow from text", n8n: "A workflow from an n8n export" };

export function NewWorkflow({ taken, asked, onAsked }: { taken: ReadonlySet<string>; asked: Way | undefined; onAsked: (way: Way | undefined) => void }) {
  const [opened, setOpened] = useState<Way>();
  const way = asked ?? opened;
  const close = () => {
    setOpened(undefined);
    if (asked) onAsked(undefined);
  };
  return (
    <>
      <Menu
        trigger={
          <button type="button" className="btn btn--go btn--s">
            <Plus className="i i--s" aria-hidden="true" />
            <span>
                New<span className="wide"> workflow</span>
              </span>
          </button>
        }
      >
        {WAYS.map((one) => (
          <MenuItem key={one} onSelect={() => setOpened(one)}>
            {WORDS[one]}
          </MenuItem>
        ))}
      </Menu>
      {way ? (
        <Dialog title={TITLES[way]} onClose={close} wide={way !== "blank"}>
          {way === "blank" ? <Blank taken={taken} onClose={close} /> : way === "text" ? <FromText taken={taken} onClose={close} /> : <FromN8n onClose={close} />}
        </Dialog>
      ) : null}
    </>
  );
}
