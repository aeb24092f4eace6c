import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";

import { Empty, Failed, Skeleton } from "@/components/states";
import { useConnectionList } from "@/features/connections/api";
import { ConnectionDialog } from "@/features/connections/dialogs";
import { ConnectionTable } from "@/features/connections/list";
import { Simulated } from "@/features/practice/simulated";
import { useRight } from "@/lib/me";
import { useShortcuts } from "@/lib/shortcuts";
import { useTitle } from "@/lib/title";

export function ConnectionsPage() {
  const search = useSearch({ from: "/connections" });
  const navigate = useNavigate({ from: "/connections" });
  const may = useRight("connect") !== false;
  const list = useConnectionList();
  const { items } = list;
  const [focused, setFocused] = useState<string>();
  useTitle("Connections");
  const move = (step: number) => {
    const at = items.findIndex((one) => one.name === focused);
    setFocused(items[Math.min(Math.max(at + step, 0), items.length - 1)]?.name);
  };
  const ask = (connector: string | undefined) => void navigate({ search: connector === undefined ? {} : { new: connector } });
  useShortcuts("Connections", [
    { keys: "j", label: "Next", run: () => move(1) },
    { keys: "k", label: "Previous", run: () => move(-1) },
    { keys: "o", label: "Open", run: () => focused && void navigate({ to: "/connections/$connection", params: { connection: focused } }) },
    { keys: "n", label: "New connection", run: () => may && ask("any") },
  ]);
  return (
    <>
      <header className="top">
        <h1 className="h2">Connections</h1>
        {list.loading || list.error ? null : <span className="badge">{items.length}</span>}
        <span className="push row">
          {may ? (
            <button type="button" className="btn btn--go btn--s" onClick={() => ask("any")}>
              <Plus className="i i--s" aria-hidden="true" />
              <span>
                New<span className="wide"> connection</span>
              </span>
            </button>
          ) : (
            <span className="t12 c3 wide">Connections are made by administrators</span>
          )}
        </span>
      </header>
      <div className="page">
        {list.loading ? (
          <section className="panel">
            <Skeleton rows={5} />
          </section>
        ) : list.error ? (
          <Failed error={list.error} again={list.again} kept="What runs keeps its connections." />
        ) : items.length === 0 ? (
          <Empty title="Nothing is connected yet">A connection is one account of one system, with its address and its secrets. Workflows name it; nobody sees the secrets again. {may ? "Make one with the button above." : "Administrators make it."}</Empty>
        ) : (
          <ConnectionTable connections={items} focused={focused} />
        )}
        <Simulated />
      </div>
      {search.new && may ? <ConnectionDialog asked={search.new === "any" ? undefined : search.new} onClose={() => ask(undefined)} /> : null}
    </>
  );
}
