import { Link } from "@tanstack/react-router";

import { Refusal } from "@/components/states";
import { useAddMember, useChangeMember, useMembers } from "@/features/people/api";
import { handleOf } from "@/features/people/member-dialogs";
import { words } from "@/lib/format";
import { useMe, useRight } from "@/lib/me";

/** Whether somebody decides here; null while that is not known. */
export function useDecider(): boolean | null {
  const members = useMembers();
  return members.loading ? null : members.items.some((one) => one.active && (one.kind === "external" || one.roles.includes("approver")));
}

/** What is proposed has to be decided by somebody, before anything runs. */
export function NobodyDecides({ duties }: { duties: readonly string[] }) {
  const me = useMe();
  const may = useRight("people") !== false;
  const mine = useMembers().items.find((one) => one.person_id === me?.person_id);
  const add = useAddMember();
  const change = useChangeMember();
  const take = () => {
    if (mine) change.mutate({ person: mine.person_id, handle: mine.handle, roles: [...mine.roles, "approver"], duties: [...new Set([...mine.duties, ...duties])] });
    else add.mutate({ handle: handleOf(me?.name ?? ""), account: me?.person_id ?? "", roles: ["admin", "approver"], duties: [...duties] });
  };
  return (
    <>
      <p>
        Nobody here has that role yet: whoever hands out rights does not thereby decide over money. Give it to somebody under <Link to="/people">People</Link>, or to yourself{duties.length > 0 ? `, with what the workflow calls people: ${duties.map(words).join(", ")}` : ""}.
      </p>
      {may && me?.person_id ? (
        <p>
          <button type="button" className="btn" disabled={add.isPending || change.isPending} onClick={take}>
            Be the approver yourself
          </button>
        </p>
      ) : null}
      <Refusal error={add.error ?? change.error} />
    </>
  );
}
