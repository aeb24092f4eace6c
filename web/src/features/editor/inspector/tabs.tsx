import type { ReactNode } from "react";

export interface Tab {
  readonly id: string;
  readonly words: string;
}

/** Tabs of the inspector; the arrow keys go from one to the next. */
export function Tabs({ tabs, chosen, onChoose }: { tabs: readonly Tab[]; chosen: string; onChoose: (id: string) => void }) {
  return (
    <div
      className="tabs"
      role="tablist"
      onKeyDown={(event) => {
        const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        const next = tabs[tabs.findIndex((tab) => tab.id === chosen) + by];
        if (!by || !next) return;
        onChoose(next.id);
        event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
      }}
    >
      {tabs.map((tab) => (
        <button key={tab.id} type="button" role="tab" data-tab={tab.id} aria-selected={tab.id === chosen} tabIndex={tab.id === chosen ? 0 : -1} onClick={() => onChoose(tab.id)}>
          {tab.words}
        </button>
      ))}
    </div>
  );
}

export function Panel({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="form" role="tabpanel" aria-label={label}>
      {children}
    </div>
  );
}
