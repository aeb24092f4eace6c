import { X } from "lucide-react";

import { dropToast, holdToasts, useToasts } from "@/lib/toasts";

import { Mark } from "./mark";

export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className="toasts" role="status" aria-live="polite" onMouseEnter={() => holdToasts(true)} onMouseLeave={() => holdToasts(false)} onFocus={() => holdToasts(true)} onBlur={() => holdToasts(false)}>
      {toasts.map(({ id, text, tone, undo }) => (
        <div className="toast" key={id}>
          <Mark name={tone === "failed" ? "fail" : "done"} />
          <span>{text}</span>
          {undo ? (
            <button
              type="button"
              className="btn btn--s"
              onClick={() => {
                dropToast(id);
                undo();
              }}
            >
              Undo
            </button>
          ) : null}
          <button type="button" className="btn btn--quiet btn--icon btn--s" aria-label="Dismiss" onClick={() => dropToast(id)}>
            <X className="i i--s" aria-hidden="true" />
          </button>
        </div>
      ))}
    </div>
  );
}
