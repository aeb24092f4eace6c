import { Link, createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { Failed, Empty } from "@/components/states";

import { Shell } from "./shell";

/** An address that somebody typed may have a number where a text is meant. */
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : typeof value === "number" || typeof value === "boolean" ? value.toString() : undefined);
const pick = <K extends string>(search: Record<string, unknown>, ...keys: K[]): Partial<Record<K, string>> => {
  const found: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const value = text(search[key]);
    if (value !== undefined) found[key] = value;
  }
  return found;
};

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => (
    <>
      <header className="top">
        <h1 className="h2">No such page</h1>
      </header>
      <div className="page">
        <Empty title="Nothing stands at this address">
          Begin at <Link to="/today">Today</Link>, or find a page by its name: <span className="wide">Ctrl K</span>
          <span className="narrow">“More”, below</span>.
        </Empty>
      </div>
    </>
  ),
  errorComponent: ({ error, reset }: { error: unknown; reset: () => void }) => <Failed error={error as Error} again={reset} />,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/today", replace: true });
  },
});
const today = createRoute({
  getParentRoute: () => root,
  path: "/today",
  validateSearch: (search: Record<string, unknown>) => pick(search, "guide"),
  component: lazyRouteComponent(() => import("./pages/today"), "TodayPage"),
});
const approvals = createRoute({
  getParentRoute: () => root,
  path: "/inbox/approvals",
  validateSearch: (search: Record<string, unknown>) => pick(search, "id", "show"),
  component: lazyRouteComponent(() => import("./pages/approvals"), "ApprovalsPage"),
});
const exceptions = createRoute({
  getParentRoute: () => root,
  path: "/inbox/exceptions",
  validateSearch: (search: Record<string, unknown>) => pick(search, "id", "show", "reason", "workflow"),
  component: lazyRouteComponent(() => import("./pages/exceptions"), "ExceptionsPage"),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  validateSearch: (search: Record<string, unknown>) => pick(search, "status", "workflow", "key", "since"),
  component: lazyRouteComponent(() => import("./pages/runs"), "RunsPage"),
});
const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$run",
  validateSearch: (search: Record<string, unknown>) => pick(search, "step", "with"),
  component: lazyRouteComponent(() => import("./pages/run"), "RunPage"),
});
const workflows = createRoute({
  getParentRoute: () => root,
  path: "/workflows",
  validateSearch: (search: Record<string, unknown>) => pick(search, "new"),
  component: lazyRouteComponent(() => import("./pages/workflows"), "WorkflowsPage"),
});
const workflow = createRoute({
  getParentRoute: () => root,
  path: "/workflows/$workflow",
  component: lazyRouteComponent(() => import("./pages/workflow"), "WorkflowPage"),
});
const connections = createRoute({
  getParentRoute: () => root,
  path: "/connections",
  validateSearch: (search: Record<string, unknown>) => pick(search, "new"),
  component: lazyRouteComponent(() => import("./pages/connections"), "ConnectionsPage"),
});
const connection = createRoute({
  getParentRoute: () => root,
  path: "/connections/$connection",
  component: lazyRouteComponent(() => import("./pages/connection"), "ConnectionPage"),
});
const plugins = createRoute({
  getParentRoute: () => root,
  path: "/plugins",
  validateSearch: (search: Record<string, unknown>) => pick(search, "id", "new"),
  component: lazyRouteComponent(() => import("./pages/plugins"), "PluginsPage"),
});

const edit = createRoute({
  getParentRoute: () => root,
  path: "/workflows/$workflow/edit",
  validateSearch: (search: Record<string, unknown>) => pick(search, "begin"),
  component: lazyRouteComponent(() => import("./pages/edit"), "EditPage"),
});
const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  validateSearch: (search: Record<string, unknown>) => pick(search, "show", "new"),
  component: lazyRouteComponent(() => import("./pages/people"), "PeoplePage"),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  validateSearch: (search: Record<string, unknown>) => pick(search, "show"),
  component: lazyRouteComponent(() => import("./pages/settings"), "SettingsPage"),
});
const figures = createRoute({
  getParentRoute: () => root,
  path: "/figures",
  validateSearch: (search: Record<string, unknown>) => pick(search, "days", "workflow"),
  component: lazyRouteComponent(() => import("./pages/figures"), "FiguresPage"),
});
const truthMap = createRoute({
  getParentRoute: () => root,
  path: "/truth-map",
  validateSearch: (search: Record<string, unknown>) => pick(search, "show"),
  component: lazyRouteComponent(() => import("./pages/truth-map"), "TruthMapPage"),
});
const records = createRoute({
  getParentRoute: () => root,
  path: "/records",
  validateSearch: (search: Record<string, unknown>) => pick(search, "q"),
  component: lazyRouteComponent(() => import("./pages/records"), "RecordsPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([home, today, approvals, exceptions, runs, run, workflows, workflow, edit, connections, connection, plugins, people, settings, figures, truthMap, records]),
  defaultPreload: "intent",
  defaultErrorComponent: ({ error, reset }: { error: unknown; reset: () => void }) => <Failed error={error as Error} again={reset} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
