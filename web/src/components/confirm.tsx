import type { ReactNode } from "react";

import { Dialog } from "./dialog";
import { Refusal } from "./states";

interface ConfirmProps {
  title: string;
  /** What happens on yes. */
  children: ReactNode;
  verb: string;
  busy: string;
  back?: string;
  pending: boolean;
  error: Error | null;
  /** It takes something away. */
  takes?: boolean;
  disabled?: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

/** Asks before something happens that others notice. */
export function Confirm({ title, children, verb, busy, back = "Back", pending, error, takes = true, disabled = false, onClose, onConfirm }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="stack stack--3 c2">{children}</div>
      <Refusal error={error} />
      <footer>
        <button type="button" className="btn" onClick={onClose}>
          {back}
        </button>
        <button type="button" className={takes ? "btn btn--no" : "btn btn--go"} disabled={pending || disabled} onClick={onConfirm}>
          {pending ? busy : verb}
        </button>
      </footer>
    </Dialog>
  );
}

interface FormFootProps {
  verb: string;
  busy: string;
  pending: boolean;
  ready?: boolean;
  onClose: () => void;
}

/** The foot of a form in a dialog. */
export function FormFoot({ verb, busy, pending, ready = true, onClose }: FormFootProps) {
  return (
    <footer>
      <button type="button" className="btn" onClick={onClose}>
        Back
      </button>
      <button type="submit" className="btn btn--go" disabled={pending || !ready}>
        {pending ? busy : verb}
      </button>
    </footer>
  );
}
