import { X } from "lucide-react";
import { useEffect, useId, useRef, type ReactNode } from "react";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  wide?: boolean;
}

/** A modal of the browser's own: it keeps the focus, makes the rest inert and closes with Escape, without a style of its own. */
export function Dialog({ title, onClose, children, wide = false }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    // To what is to be filled in, not to the button that closes.
    dialog?.querySelector<HTMLElement>("form input, form select, form textarea")?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={wide ? "dialog dialog--wide" : "dialog"}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      <div className="dialog-sheet">
        <header className="row">
          <h2 className="h2" id={titleId}>
            {title}
          </h2>
          <button type="button" className="btn btn--quiet btn--icon btn--s push" aria-label="Close" onClick={onClose}>
            <X className="i" aria-hidden="true" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
