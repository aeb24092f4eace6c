import { useState } from "react";

import { Confirm } from "@/components/confirm";
import { Mark } from "@/components/mark";
import { Empty, Failed, Skeleton } from "@/components/states";
import { When } from "@/components/time";
import { useMe } from "@/lib/me";
import { toast } from "@/lib/toasts";

import { useDelegations, useEndDelegation, type Delegation } from "./api";

export function Delegations({ may }: { may: boolean }) {
  const me = useMe();
  const { items, loading, error, again } = useDelegations();
  const [ending, setEnding] = useState<Delegation | null>(null);
  if (loading) return <section className="panel"><Skeleton rows={3} /></section>;
  if (error) return <Failed error={error} again={again} />;
  if (items.length === 0) return <Empty title="Nobody stands in for anybody">While somebody is away another may decide in their name: until a day, for some workflows, up to an amount. Both are told, and records show both names.</Empty>;
  return (
    <section className="panel panel--list" aria-label="Who stands in">
      <table className="tbl tbl--cards">
        <thead>
          <tr>
            <th scope="col">Who is away</th>
            <th scope="col">Who stands in</th>
            <th scope="col">From</th>
            <th scope="col">Until</th>
            <th scope="col">For what</th>
            <th scope="col">
              <span className="sr">End</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <Row key={one.delegation_id} delegation={one} may={may || one.from.person_id === me?.person_id} onEnd={() => setEnding(one)} />
          ))}
        </tbody>
      </table>
      {ending ? <EndDialog delegation={ending} own={ending.from.person_id === me?.person_id} onClose={() => setEnding(null)} /> : null}
    </section>
  );
}

function Row({ delegation, may, onEnd }: { delegation: Delegation; may: boolean; onEnd: () => void }) {
  const begun = new Date(delegation.starts_at) <= new Date();
  return (
    <tr>
      <td className="semi">{delegation.from.name}</td>
      <td data-l="Stands in">{delegation.to.name}</td>
      <td data-l="From">
        {begun ? (
          <span className="state tx-path">
            <Mark name="done" />
            In force
          </span>
        ) : (
          <When time={delegation.starts_at} />
        )}
      </td>
      <td data-l="Until">
        <When time={delegation.ends_at} />
      </td>
      <td data-l="For what" className="c2">
        {delegation.covers}
      </td>
      <td className="num">
        {may ? (
          <button type="button" className="btn btn--s" onClick={onEnd} aria-label={`End it: ${delegation.to.name} for ${delegation.from.name}`}>
            End
          </button>
        ) : null}
      </td>
    </tr>
  );
}

function EndDialog({ delegation, own, onClose }: { delegation: Delegation; own: boolean; onClose: () => void }) {
  const end = useEndDelegation();
  const confirm = () =>
    end.mutate(
      { delegation: delegation.delegation_id, person: own ? null : delegation.from.person_id },
      {
        onSuccess: () => {
          toast("It has ended. What was decided in that name stands.");
          onClose();
        },
      },
    );
  return (
    <Confirm title={`${delegation.to.name} stands in no longer?`} verb="End it" busy="Ending" pending={end.isPending} error={end.error} onClose={onClose} onConfirm={confirm}>
      <p>
        What waits for {delegation.from.name} then waits for {delegation.from.name} alone. What was decided stands, with both names.
      </p>
    </Confirm>
  );
}
