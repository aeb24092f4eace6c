import { Link } from "@tanstack/react-router";

import { CompleteJob } from "./let-run";

/** Where the first write waits. */
export function Approve({ workflow }: { workflow: string | null }) {
  return (
    <>
      <p>
        It stands under <Link to="/inbox/approvals">Approvals</Link>: what changes where, before and after. Whoever has the role approver decides; what stops instead stands under <Link to="/inbox/exceptions">Exceptions</Link>, with an owner and a time.
      </p>
      {workflow === null ? null : <CompleteJob workflow={workflow} />}
    </>
  );
}
