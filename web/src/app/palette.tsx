import { Command } from "cmdk";
import { useEffect, useRef, useState } from "react";

import { Deeds, Places, Things, Typed } from "./palette-items";

interface PaletteProps {
  onClose: () => void;
  openKeys: () => void;
}

/** Every page, every thing that can be begun, and anything that has an id or a name. */
export function Palette({ onClose, openKeys }: PaletteProps) {
  const element = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <dialog
      ref={element}
      className="dialog palette"
      aria-label="Find or go"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === element.current && onClose()}
    >
      <Command label="Find or go" loop>
        <Command.Input value={typed} onValueChange={setTyped} placeholder="A page, a command, a name or any id" autoFocus />
        <Command.List>
          <Command.Empty>No page and no command has this name.</Command.Empty>
          <Places then={then} />
          <Things typed={typed} then={then} />
          <Deeds then={then} openKeys={openKeys} />
          <Typed typed={typed} then={then} />
        </Command.List>
      </Command>
    </dialog>
  );
}
