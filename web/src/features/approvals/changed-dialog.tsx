import { Dialog } from "@/components/dialog";
import type { Refused } from "@/lib/http";

/** The decision was about something that is no longer so: what differs, and nothing was done. */
export function ChangedDialog({ refusal, onClose }: { refusal: Refused; onClose: () => void }) {
  return (
    <Dialog title="It is not as you saw it" onClose={onClose}>
      <p>
        <b className="med">{refusal.message}.</b> {refusal.hint} Your decision was not taken, and nothing was sent because of it.
      </p>
      {refusal.problems.length === 0 ? null : (
        <table className="sub-tbl">
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col">What differs</th>
            </tr>
          </thead>
          <tbody>
            {refusal.problems.map((problem) => (
              <tr key={`${problem.path}${problem.message}`}>
                <td className="mono">{problem.path}</td>
                <td>
                  {problem.message}
                  {problem.expected ? ` (${problem.expected})` : ""}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <footer>
        <button type="button" className="btn btn--go" onClick={onClose}>
          Look at it as it is now
        </button>
      </footer>
    </Dialog>
  );
}
