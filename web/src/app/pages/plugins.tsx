import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useMemo, useState } from "react";

import { Empty, Failed, Skeleton } from "@/components/states";
import { useConnectionList } from "@/features/connections/api";
import { usePlugins, type Plugin } from "@/features/plugins/api";
import { PluginDetail } from "@/features/plugins/detail";
import { InstallDialog } from "@/features/plugins/install-dialog";
import { PluginTable } from "@/features/plugins/list";
import { ShippedPlugins } from "@/features/plugins/shipped";
import { useConnectors } from "@/lib/catalog";
import { useMe } from "@/lib/me";
import { useShortcuts } from "@/lib/shortcuts";
import { useTexts } from "@/lib/texts";
import { useTitle } from "@/lib/title";

export function PluginsPage() {
  const me = useMe();
  const may = me?.server_rights.includes("server") ?? false;
  const { items: all, loading, error, again } = usePlugins();
  const current = useMemo(() => all.filter((one) => one.current).sort((one, other) => Number(Boolean(other.quarantine)) - Number(Boolean(one.quarantine)) || one.name.localeCompare(other.name)), [all]);
  const search = useSearch({ from: "/plugins" });
  const navigate = useNavigate({ from: "/plugins" });
  const [opened, setInstalling] = useState(false);
  const installing = opened || (may && search.new !== undefined);
  const close = () => {
    setInstalling(false);
    if (search.new !== undefined) void navigate({ search: {} });
  };
  useTitle("Plugins");
  useShortcuts("Plugins", may ? [{ keys: "n", label: "Install a plugin", run: () => setInstalling(true) }] : []);
  return (
    <>
      <header className="top">
        <h1 className="h2">Plugins</h1>
        {loading || error ? null : <span className="badge">{current.length}</span>}
        <span className="push row">
          {may ? (
            <button type="button" className="btn btn--go btn--s" onClick={() => setInstalling(true)}>
              <Plus className="i i--s" aria-hidden="true" />
              Install
            </button>
          ) : (
            <span className="t12 c3 wide">Installed by who looks after the server</span>
          )}
        </span>
      </header>
      <div className="page">
        {loading ? (
          <section className="panel">
            <Skeleton rows={6} two />
          </section>
        ) : error ? (
          <Failed error={error} again={again} kept="What is installed runs on." />
        ) : current.length === 0 ? (
          <Empty title="No plugin is installed">A plugin is how workflows reach a system. It says what it may do, and can do nothing else. {may ? "Install one that ships with this server, or one of your own from a file." : "Who looks after the server installs it."}</Empty>
        ) : (
          <Body all={all} current={current} mayRelease={may} />
        )}
        {may && !error ? <ShippedPlugins /> : null}
      </div>
      {installing ? <InstallDialog onClose={close} /> : null}
    </>
  );
}

function Body({ all, current, mayRelease }: { all: readonly Plugin[]; current: readonly Plugin[]; mayRelease: boolean }) {
  const { id } = useSearch({ from: "/plugins" });
  const navigate = useNavigate({ from: "/plugins" });
  const texts = useTexts().data;
  const connections = useConnectionList().items;
  const catalog = useConnectors().data;
  const uses = useMemo(() => {
    const count = new Map<string, number>();
    for (const said of texts ?? []) for (const connector of new Set(said.uses.map((use) => use.connector))) count.set(connector, (count.get(connector) ?? 0) + 1);
    return count;
  }, [texts]);
  const chosen = current.find((one) => one.connector === id);
  const choose = (connector: string | undefined) => void navigate({ search: connector === undefined || connector === id ? {} : { id: connector }, replace: true });
  const move = (step: number) => {
    const at = current.findIndex((one) => one.connector === id);
    choose(current[Math.min(Math.max(at + step, 0), current.length - 1)]?.connector);
  };
  useShortcuts("Plugins in the list", [
    { keys: "j", label: "Next", run: () => move(1) },
    { keys: "k", label: "Previous", run: () => move(-1) },
  ]);
  const table = <PluginTable plugins={current} uses={uses} chosen={id} onChoose={choose} />;
  if (!chosen) return table;
  return (
    <div className="cols cols--detail">
      {table}
      <PluginDetail plugin={chosen} earlier={all.filter((one) => one.connector === chosen.connector && !one.current)} texts={texts ?? []} connections={connections} mayRelease={mayRelease} hosts={catalog?.find((one) => one.connector === chosen.connector)?.hosts ?? []} />
    </div>
  );
}
