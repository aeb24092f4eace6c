import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "@/app/app";
import { rememberKeys } from "@/lib/shortcuts";
import { applyTheme } from "@/lib/theme";

import "@/styles/index.css";

applyTheme();
rememberKeys();

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
