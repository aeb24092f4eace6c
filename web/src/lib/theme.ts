import { create } from "zustand";

export type Theme = "system" | "light" | "dark";
const KEY = "throughline.theme";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];

const kept = (): Theme => {
  const found = localStorage.getItem(KEY);
  return found === "light" || found === "dark" ? found : "system";
};

export const useTheme = create<{ theme: Theme }>()(() => ({ theme: kept() }));

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  useTheme.setState({ theme });
  applyTheme();
}

export function applyTheme(): void {
  const { theme } = useTheme.getState();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
