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

export function toast(text: string, more: { tone?: Toast["tone"]; undo?: () => void } = {}): void {
  const id = ++last;
  const shown: Toast = { id, text, tone: more.tone ?? "done", ...(more.undo ? { undo: more.undo } : {}) };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), shown] }));
  setTimeout(() => dropToast(id), LONG);
}

export function dropToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }));
}
