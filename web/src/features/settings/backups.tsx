import { Mark, type MarkName } from "@/components/mark";
import { Empty, Failed, Skeleton } from "@/components/states";
import { Ago, When } from "@/components/time";
import { plural, words } from "@/lib/format";

import { useBackups, type Backup } from "./api";
import { Section } from "./section";

const MARKS: Record<string, MarkName> = { good: "done", complete: "done", running: "run", began: "run", failed: "fail" };

export function BackupSettings() {
  const { items, loading, error, again } = useBackups();
  return (
    <Section title="Backups" words={<>They are made on the server, while it runs: <code>throughline backup DIR</code>. The keys are saved apart from them. One that was rehearsed was restored and read back.</>} flush>
      {loading ? <Skeleton rows={3} /> : error ? <Failed error={error} again={again} /> : items.length === 0 ? <Empty title="No backup was made yet">Make the first one before anything matters, and a rehearsal with it.</Empty> : null}
      <ul className="list">
        {items.map((one) => (
          <BackupRow key={one.backup_id} backup={one} />
        ))}
      </ul>
    </Section>
  );
}

const MEGA = 1_048_576;

function BackupRow({ backup }: { backup: Backup }) {
  return (
    <li className="row--wrap">
      <span className="state run-state">
        <Mark name={MARKS[backup.state] ?? "idle"} />
        {words(backup.state)}
      </span>
      <span>
        <When time={backup.began_at} /> by {backup.began_by}
      </span>
      <span className="c2 t12">
        {backup.files === null || backup.files === undefined ? "" : `${plural(backup.files, "file")}, ${((backup.bytes ?? 0) / MEGA).toFixed(1)} MB`}
        {backup.rehearsed ? ", rehearsed" : ""} {backup.detail ?? ""}
      </span>
      <span className="push c3 t12">{backup.ended_at ? <Ago time={backup.ended_at} /> : "goes on"}</span>
    </li>
  );
}
