import { create } from "zustand";

export interface Toast {
  id: number;
  text: string;
  tone: "done" | "failed";
  undo?: () => void;
}

export const useToasts = create<{ toasts: readonly Toast[] }>()(() => ({ toasts: [] }));

let last = 0;
const LONG = 8_000;
const timers = new Map<number, ReturnType<typeof setTimeout>>();

const countDown = (id: number): void => {
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => dropToast(id), LONG),
  );
};

export function toast(text: string, more: { tone?: Toast["tone"]; undo?: () => void } = {}): void {
  const id = ++last;
  const shown: Toast = { id, text, tone: more.tone ?? "done", ...(more.undo ? { undo: more.undo } : {}) };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), shown] }));
  countDown(id);
}

/** While somebody is at them none goes: there is as much time to take something back as one needs. */
export function holdToasts(held: boolean): void {
  for (const { id } of useToasts.getState().toasts) {
    if (held) clearTimeout(timers.get(id));
    else countDown(id);
  }
}

export function dropToast(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }));
}
