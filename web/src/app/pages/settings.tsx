import { useNavigate, useSearch } from "@tanstack/react-router";

import { Segments } from "@/components/field";
import { BackupSettings } from "@/features/settings/backups";
import { CalendarSettings } from "@/features/settings/calendar";
import { ChannelSettings } from "@/features/settings/channels";
import { MySettings } from "@/features/settings/mine";
import { PublishingSettings } from "@/features/settings/publishing";
import { RoutingSettings } from "@/features/settings/routing";
import { TokenSettings } from "@/features/settings/tokens";
import { VaultSettings } from "@/features/settings/vault";
import { useMe, useRight } from "@/lib/me";
import { useShortcuts } from "@/lib/shortcuts";
import { useTitle } from "@/lib/title";

type Show = "you" | "calendar" | "routing" | "publishing" | "channels" | "tokens" | "vault" | "backups";
const LABELS: Record<Show, string> = { you: "You", calendar: "Calendar", routing: "Routing", publishing: "Publishing", channels: "Channels", tokens: "Tokens", vault: "Vault", backups: "Backups" };
const SHOWS = Object.keys(LABELS) as Show[];

export function SettingsPage() {
  const search = useSearch({ from: "/settings" });
  const navigate = useNavigate({ from: "/settings" });
  const server = useMe()?.server_rights.includes("server") ?? false;
  const connects = useRight("connect") !== false;
  const builds = useRight("build") !== false;
  const manages = useRight("people") === true;
  const shows = SHOWS.filter((one) => (one === "channels" || one === "vault" ? connects : one === "backups" ? server : true));
  const show = shows.find((one) => one === search.show) ?? "calendar";
  useTitle(`${LABELS[show]}, settings`);
  const move = (step: number) => {
    const next = shows[Math.min(Math.max(shows.indexOf(show) + step, 0), shows.length - 1)];
    if (next) void navigate({ search: { show: next } });
  };
  useShortcuts("Settings", [
    { keys: "j", label: "Next part", run: () => move(1) },
    { keys: "k", label: "Previous part", run: () => move(-1) },
  ]);
  return (
    <>
      <header className="top">
        <h1 className="h2">Settings</h1>
        <span className="seg-room">
          <Segments many label="Part" value={show} options={shows.map((value) => ({ value, label: LABELS[value] }))} onChange={(value) => void navigate({ search: { show: value } })} />
        </span>
      </header>
      <div className="page page--narrow">
        {show === "you" ? <MySettings /> : null}
        {show === "calendar" ? <CalendarSettings may={builds} /> : null}
        {show === "routing" ? <RoutingSettings may={builds} /> : null}
        {show === "publishing" ? <PublishingSettings may={manages} /> : null}
        {show === "channels" ? <ChannelSettings /> : null}
        {show === "tokens" ? <TokenSettings /> : null}
        {show === "vault" ? <VaultSettings server={server} /> : null}
        {show === "backups" ? <BackupSettings /> : null}
      </div>
    </>
  );
}
