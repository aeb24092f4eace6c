import { Plus } from "lucide-react";
import { useState } from "react";

import { Dialog } from "@/components/dialog";
import { Menu, MenuItem } from "@/components/menu";

import { Blank } from "./blank";
import { FromN8n } from "./from-n8n";
import { FromText } from "./from-text";
import { Packs } from "./packs";

export type Way = "pack" | "blank" | "text" | "n8n";
export const WAYS: readonly Way[] = ["pack", "blank", "text", "n8n"];

const WORDS: Record<Way, string> = { pack: "From a pack", blank: "Blank", text: "From text", n8n: "From an n8n export" };
const TITLES: Record<Way, string> = { pack: "A workflow that ships with this server", blank: "New workflow", text: "A workflow from text", n8n: "A workflow from an n8n export" };

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
          <Ways way={way} taken={taken} close={close} />
        </Dialog>
      ) : null}
    </>
  );
}

function Ways({ way, taken, close }: { way: Way; taken: ReadonlySet<string>; close: () => void }) {
  switch (way) {
    case "pack":
      return <Packs taken={taken} />;
    case "blank":
      return <Blank taken={taken} onClose={close} />;
    case "text":
      return <FromText taken={taken} onClose={close} />;
    case "n8n":
      return <FromN8n onClose={close} />;
  }
}
