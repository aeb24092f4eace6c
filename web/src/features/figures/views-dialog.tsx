import { Dialog } from "@/components/dialog";

const VIEWS: readonly (readonly [string, string])[] = [
  ["ops_run", "One row a run: status, times, touches, straight through or not."],
  ["ops_proposal", "One row a proposal: opened, decided, applied, edits, rejections, whether it was looked at."],
  ["ops_exception", "One row an exception: owner, due, breached, waiting, outcome, in minutes and business minutes."],
  ["ops_straight_through", "Runs by workflow and day, and the rate."],
];

/** Where the same figures are for reports and BI tools. */
export function ViewsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="The same figures in SQL" onClose={onClose}>
      <p className="c2">Figures are views of the database. Their names and columns stay, so a report that is built on them goes on working. None has a payload, a secret or a field that a workflow hides.</p>
      <dl className="kv kv--top">
        {VIEWS.map(([name, words]) => (
          <div className="contents" key={name}>
            <dt className="mono">{name}</dt>
            <dd className="c2">{words}</dd>
          </div>
        ))}
      </dl>
      <p className="c2">Give a report a role of its own that may read these views and nothing else; docs/views.md has every column and the statements for it.</p>
      <footer>
        <button type="button" className="btn" onClick={onClose}>
          Done
        </button>
      </footer>
    </Dialog>
  );
}
