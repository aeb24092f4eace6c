import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import { CrumbUp } from "@/components/crumb";
import { Mark } from "@/components/mark";
import { Empty, Failed, Skeleton } from "@/components/states";
import { useConnectionList, type Connection } from "@/features/connections/api";
import { ConnectionDialog, DeleteDialog } from "@/features/connections/dialogs";
import { ConnectionFacts, UsedBy, WaitsOnIt } from "@/features/connections/panels";
import { TestSection } from "@/features/connections/test-panel";
import { groundOf, healthOf } from "@/features/connections/words";
import { useRight } from "@/lib/me";
import { useShortcuts } from "@/lib/shortcuts";
import { useTitle } from "@/lib/title";

export function ConnectionPage() {
  const { connection: name } = useParams({ from: "/connections/$connection" });
  const list = useConnectionList();
  const found = list.items.find((one) => one.name === name);
  useTitle(name);
  return (
    <>
      <header className="top">
        <div className="crumb">
          <CrumbUp to="/connections" name="Connections" />
          <h1 className="h2 cut">{name}</h1>
        </div>
        {found ? <HealthChip connection={found} /> : null}
        <span className="push row">{found ? <Actions connection={found} /> : null}</span>
      </header>
      {found ? (
        <Body connection={found} />
      ) : list.loading ? (
        <Skeleton rows={6} />
      ) : list.error ? (
        <Failed error={list.error} again={list.again} kept="What runs keeps its connections." />
      ) : (
        <Empty title="There is no connection of this name">It may have been deleted. The list shows those there are.</Empty>
      )}
    </>
  );
}

function HealthChip({ connection }: { connection: Connection }) {
  const health = healthOf(connection);
  return (
    <span className={`chip wide chip--${groundOf(connection)}`} title={health.means}>
      <Mark name={health.mark} />
      {health.words}
    </span>
  );
}

function Actions({ connection }: { connection: Connection }) {
  const may = useRight("connect");
  const [open, setOpen] = useState<"change" | "delete" | null>(null);
  useShortcuts("This connection", may === false ? [] : [{ keys: "e", label: "Change", run: () => setOpen("change") }]);
  if (may === false) return <span className="t12 c3 wide">Changed by administrators</span>;
  return (
    <>
      <button type="button" className="btn btn--s btn--no" onClick={() => setOpen("delete")}>
        Delete
      </button>
      <button type="button" className="btn btn--s" onClick={() => setOpen("change")}>
        Change
      </button>
      {open === "change" ? <ConnectionDialog before={connection} onClose={() => setOpen(null)} /> : null}
      {open === "delete" ? <DeleteDialog connection={connection} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function Body({ connection }: { connection: Connection }) {
  const may = useRight("connect") !== false;
  return (
    <div className="page">
      <div className="cols">
        <div className="stack stack--4">
          <TestSection connection={connection} allowed={may} />
          <WaitsOnIt connection={connection.name} />
          <UsedBy connection={connection.name} />
        </div>
        <ConnectionFacts connection={connection} />
      </div>
    </div>
  );
}
