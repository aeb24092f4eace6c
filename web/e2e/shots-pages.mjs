// The pages that are looked at, and what is opened on them. `act` does by hand what no address says.
const SETTINGS = ["you", "calendar", "routing", "channels", "tokens", "vault", "backups"];
const full = ["full"];
const whole = ["full", "error"];

const button = (tab, name) => tab.getByRole("button", { name }).first();
const press = (name) => (tab) => button(tab, name).click();
const key = (name) => (tab) => tab.keyboard.press(name);
const seen = (region) => (tab) => tab.getByRole("region", { name: region }).scrollIntoViewIfNeeded();
/** One after the other. */
const all = (...acts) => async (tab, size) => {
  for (const act of acts) await act(tab, size);
};
const menu = (opener, item) => async (tab) => {
  await button(tab, opener).click();
  await tab.getByRole("menuitem", { name: item }).click();
};
/** An exception's dialogs open from its row, below the fold of a phone too. */
const verb = (name) => (tab) => tab.getByRole("button", { name, exact: true }).first().click();
const step = (name) => (tab) => tab.locator(".canvas [data-key]").and(tab.getByRole("button", { name })).first().click();

async function signInAgain(tab, size) {
  await tab.context().clearCookies();
  await (size === "phone" ? tab.getByRole("combobox", { name: "Show" }).selectOption({ label: "Decided" }) : button(tab, "Decided").click());
}

async function refusedSignIn(tab) {
  await tab.getByLabel("Mail address").fill("vera@demo.example");
  await tab.getByLabel("Password").fill("not this one at all");
  await button(tab, "Sign in").click();
  await tab.getByRole("alert").waitFor();
}

async function palette(tab, size) {
  await (size === "phone" ? button(tab, "More").click() : tab.keyboard.press("Control+k"));
  await tab.getByPlaceholder("A page, a command, a name or any id").fill("in");
}

const editor = (name, act, more = {}) => ({ name: `editor${name}`, path: "/workflows/invoice-readiness/edit", role: "builder", only: full, act, ...more });
const exceptionWith = (id) => (name, act) => ({ name: `exception-${name}`, path: `/inbox/exceptions?id=${id}`, role: "operator", only: full, act });

const inbox = ({ proposal, asked, exception }) => {
  const opened = exceptionWith(exception);
  return [
    { name: "today", path: "/today", role: "approver" },
    { name: "approvals", path: "/inbox/approvals", role: "approver" },
    { name: "approvals-decided", path: "/inbox/approvals?show=decided", role: "approver", only: ["full", "empty"] },
    { name: "approvals-snoozed", path: "/inbox/approvals?show=snoozed", role: "approver", only: ["full", "empty"] },
    { name: "approvals-bulk", path: `/inbox/approvals?id=${proposal}`, role: "approver", only: full, act: press(/of this shape/) },
    { name: "approval", path: `/inbox/approvals?id=${proposal}`, role: "approver", only: whole },
    { name: "approval-looking", path: `/inbox/approvals?id=${proposal}&show=open`, role: "viewer", only: full },
    { name: "approval-reject", path: `/inbox/approvals?id=${proposal}`, role: "approver", only: full, act: press(/^Reject/) },
    { name: "approval-edit", path: `/inbox/approvals?id=${proposal}`, role: "approver", only: full, act: press(/^Edit/) },
    { name: "approval-ask", path: `/inbox/approvals?id=${proposal}`, role: "approver", only: full, act: key("q") },
    { name: "approval-snooze", path: `/inbox/approvals?id=${proposal}`, role: "approver", only: full, act: key("z") },
    { name: "approval-comments", path: `/inbox/approvals?id=${asked}`, role: "approver", only: full, act: seen("Comments") },
    { name: "approval-asked", path: `/inbox/approvals?id=${asked}`, role: "viewer", only: full, act: seen("Comments") },
    { name: "exceptions", path: "/inbox/exceptions", role: "operator" },
    { name: "exceptions-bulk", path: "/inbox/exceptions", role: "operator", only: full, act: press(/The same for/) },
    opened("opened", null),
    opened("fix", verb("Fix and continue")),
    opened("input", verb("Edit the input and retry")),
    opened("hand-over", verb("Hand over")),
    opened("wait", verb("Wait")),
    opened("snooze", verb("Snooze")),
    opened("dismiss", verb("Not a problem")),
    opened("merge", menu(/^More$/, "Merge into another")),
  ];
};

const workflows = [
  { name: "workflows", path: "/workflows", role: "builder" },
  { name: "workflows-ways", path: "/workflows", role: "builder", only: full, act: press(/^New/) },
  { name: "workflow", path: "/workflows/invoice-readiness", role: "builder", only: whole },
  { name: "workflow-start", path: "/workflows/ask-by-hand", role: "operator", only: full, act: all(press(/^Start/), (tab) => tab.getByRole("dialog").getByRole("button", { name: "Start" }).click()) },
  { name: "workflow-pack", path: "/workflows?new=pack", role: "builder", only: full },
  { name: "workflow-new", path: "/workflows?new=blank", role: "builder", only: full },
  { name: "workflow-text", path: "/workflows?new=text", role: "builder", only: full },
  { name: "workflow-n8n", path: "/workflows?new=n8n", role: "builder", only: full },
  editor("", null, { only: whole }),
  editor("-step", step(/Read the customer/), { sizes: ["desktop"] }),
  editor("-palette", (tab) => tab.keyboard.press("/"), { sizes: ["desktop"] }),
  editor("-text", verb("Text")),
  editor("-changes", press(/^Changes/)),
  editor("-publish", press(/^Publish/), { sizes: ["desktop"] }),
  editor("-versions", menu("More", "Versions"), { sizes: ["desktop"] }),
  { name: "editor-new", path: "/workflows/begun-here/edit?begin=1", role: "builder", only: full },
];

const administered = [
  { name: "connections", path: "/connections", role: "admin" },
  { name: "connection", path: "/connections/accounting", role: "admin", only: whole },
  { name: "connection-tested", path: "/connections/crm", role: "admin", only: full, act: verb("Test") },
  { name: "connection-delete", path: "/connections/accounting", role: "admin", only: full, act: verb("Delete") },
  { name: "connection-new", path: "/connections?new=crm", role: "admin", only: full },
  { name: "plugins", path: "/plugins?id=crm", role: "holder" },
  { name: "plugins-install", path: "/plugins", role: "holder", only: full, act: press(/Install$/) },
  { name: "people", path: "/people", role: "admin" },
  { name: "people-add", path: "/people?new=member", role: "admin", only: full },
  { name: "people-menu", path: "/people", role: "admin", only: full, act: press("More about Vera Viewer") },
  { name: "people-change", path: "/people", role: "admin", only: full, act: menu("More about Vera Viewer", /^Change/) },
  { name: "teams", path: "/people?show=teams", role: "admin" },
  { name: "teams-change", path: "/people?show=teams", role: "admin", only: full, act: press("Change Sales") },
  { name: "away", path: "/people?show=away", role: "admin", only: whole },
  { name: "away-new", path: "/people?show=away", role: "admin", only: full, act: press("Somebody is away") },
  { name: "accounts", path: "/people?show=accounts", role: "holder" },
  ...SETTINGS.map((show) => ({ name: `settings-${show}`, path: `/settings?show=${show}`, role: "holder", only: show === "calendar" || show === "you" ? whole : undefined })),
  { name: "settings-mine", path: "/settings?show=you", role: "approver", only: full },
  { name: "settings-rule-new", path: "/settings?show=routing", role: "holder", only: full, act: press("New rule") },
  { name: "settings-channel-new", path: "/settings?show=channels", role: "holder", only: full, act: press("New channel") },
  { name: "settings-token-new", path: "/settings?show=tokens", role: "holder", only: full, act: press("New token") },
  { name: "settings-secret-new", path: "/settings?show=vault", role: "holder", only: full, act: press("New secret") },
];

const looked = ({ run, wrong, again }) => [
  { name: "runs", path: "/runs", role: "operator" },
  { name: "runs-none", path: "/runs?status=failed", role: "operator", only: full },
  { name: "run", path: `/runs/${run}`, role: "operator", only: whole },
  { name: "run-cancel", path: `/runs/${run}`, role: "operator", only: full, act: press("Cancel run") },
  { name: "run-reveal", path: `/runs/${run}`, role: "admin", only: full, act: press("Show them") },
  { name: "run-compare-choice", path: `/runs/${again}`, role: "operator", only: full, act: press("Compare") },
  { name: "run-compare", path: `/runs/${again}?with=${wrong}`, role: "operator", only: full },
  { name: "run-none", path: "/runs/run_00000000000000000000000000", role: "operator", only: full },
  { name: "figures", path: "/figures", role: "viewer" },
  { name: "figures-table", path: "/figures", role: "viewer", only: full, act: press("Table") },
  { name: "figures-views", path: "/figures", role: "viewer", only: full, sizes: ["desktop"], act: press("SQL views") },
  { name: "records", path: "/records", role: "viewer", only: full },
  { name: "record", path: "/records?q=cus_0003", role: "viewer" },
  { name: "truth-map", path: "/truth-map", role: "viewer" },
  { name: "truth-map-asked", path: "/truth-map", role: "viewer", only: full, act: (tab) => tab.getByLabel("A field or a record").fill("customer") },
  { name: "truth-map-sentences", path: "/truth-map?show=sentences", role: "viewer", only: full },
  { name: "truth-map-text", path: "/truth-map?show=text", role: "viewer", only: full },
];

/** A page: where, as whom, in which states and sizes, and what is done on it before it is looked at. */
export const pages = (ids) => [
  ...inbox(ids),
  { name: "guide", path: "/today?guide=1", role: "admin", only: ["full", "empty"] },
  ...workflows,
  ...looked(ids),
  ...administered,
  { name: "palette", path: "/today", role: "admin", only: full, act: palette },
  { name: "keys", path: "/inbox/exceptions", role: "operator", only: full, sizes: ["desktop"], act: (tab) => tab.keyboard.press("?") },
  { name: "no-such-page", path: "/nothing", role: "viewer", only: full },
  { name: "sign-in", path: "/today", role: null, only: full },
  { name: "sign-in-refused", path: "/today", role: null, only: full, act: refusedSignIn },
  { name: "sign-in-again", path: "/inbox/approvals", role: "approver", only: full, act: signInAgain },
];
