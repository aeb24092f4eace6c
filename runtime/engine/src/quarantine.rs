//! Keeps host and store of one mind about connectors that are set aside: the host notices, the store remembers, and
//! what one node notices or releases reaches the others.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use throughline_host::{Digest, Quarantined};
use throughline_store::{QuarantineRow, StoreError};
use tokio_util::sync::CancellationToken;

use crate::shared::Shared;

/// How often other nodes' quarantines and releases are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What host and store last agreed on.
pub(crate) type Agreed = BTreeMap<Digest, Quarantined>;

/// What brings the two together.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// The host noticed something: write it down.
    Write(Quarantined),
    /// The store knows something, from before or from another node.
    Adopt(Quarantined),
    /// It was agreed on and is not stored any more: somebody released it.
    Release(Digest),
    /// It does not count any more.
    Forget(Quarantined),
}

/// Agrees until the engine stops.
pub(crate) async fn keep(shared: Arc<Shared>, mut agreed: Agreed, stop: CancellationToken) {
    let mut changes = shared.host.quarantine_changes();
    loop {
        changes.borrow_and_update();
        if let Err(error) = agree(&shared, &mut agreed).await {
            tracing::warn!(%error, "quarantines could not be kept; trying again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            _ = changes.changed() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Brings host and store to one mind.
pub(crate) async fn agree(shared: &Shared, agreed: &mut Agreed) -> Result<(), StoreError> {
    let now = shared.clock.now();
    let stored: Agreed = shared
        .store
        .list_quarantines()
        .await?
        .into_iter()
        .filter_map(|row| read(row).map(|held| (held.digest.clone(), held)))
        .collect();
    let over = |held: &Quarantined| held.is_over(now);
    for step in steps(&shared.host.quarantine_records(), &stored, agreed, over) {
        match step {
            Step::Write(held) => {
                if shared.store.quarantine_plugin(&row(&held)).await? {
                    agreed.insert(held.digest.clone(), held);
                }
            }
            Step::Adopt(held) => {
                shared.host.adopt_quarantine(held.clone());
                agreed.insert(held.digest.clone(), held);
            }
            Step::Release(digest) => {
                shared.host.release(&digest);
                agreed.remove(&digest);
            }
            Step::Forget(held) => {
                shared.store.forget_quarantine(&row(&held)).await?;
                agreed.remove(&held.digest);
            }
        }
    }
    Ok(())
}

fn steps(
    held: &[Quarantined],
    stored: &Agreed,
    agreed: &Agreed,
    over: impl Fn(&Quarantined) -> bool,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for here in held {
        match stored.get(&here.digest) {
            None if agreed.get(&here.digest) == Some(here) => steps.push(Step::Release(here.digest.clone())),
            None => steps.push(Step::Write(here.clone())),
            Some(there) if there.until < here.until => steps.push(Step::Write(here.clone())),
            Some(_) => {}
        }
    }
    for there in stored.values() {
        let here = held.iter().find(|here| here.digest == there.digest);
        if here.is_some_and(|here| here.until > there.until) {
            // Written above.
        } else if over(there) {
            steps.push(Step::Forget(there.clone()));
        } else if agreed.get(&there.digest) != Some(there) || here != Some(there) {
            steps.push(Step::Adopt(there.clone()));
        }
    }
    steps
}

fn row(held: &Quarantined) -> QuarantineRow {
    QuarantineRow {
        connector: held.connector.clone(),
        digest: held.digest.to_string(),
        until_at: held.until,
        times: held.times,
        reason: held.reason.clone(),
    }
}

fn read(row: QuarantineRow) -> Option<Quarantined> {
    Some(Quarantined {
        digest: Digest::parse(&row.digest)?,
        connector: row.connector,
        until: row.until_at,
        times: row.times,
        reason: row.reason,
    })
}

#[cfg(test)]
mod tests {
    use throughline_domain::time::Timestamp;

    use super::*;

    fn held(until: i64) -> Quarantined {
        Quarantined {
            digest: Digest::of(b"x"),
            connector: "acme".into(),
            until: Timestamp(until),
            times: 1,
            reason: "loop".into(),
        }
    }

    fn map(held: Option<Quarantined>) -> Agreed {
        held.into_iter().map(|held| (held.digest.clone(), held)).collect()
    }

    #[test]
    fn each_side_learns_what_only_the_other_knows() {
        let (old, new, digest) = (held(1), held(2), Digest::of(b"x"));
        let decide =
            |here: Option<&Quarantined>, there: Option<&Quarantined>, agreed: Option<&Quarantined>| {
                let here: Vec<_> = here.cloned().into_iter().collect();
                steps(&here, &map(there.cloned()), &map(agreed.cloned()), |held| held.until == Timestamp(0))
            };
        assert_eq!(decide(Some(&old), None, None), [Step::Write(old.clone())], "noticed here");
        assert_eq!(decide(None, Some(&old), None), [Step::Adopt(old.clone())], "before this process");
        assert!(decide(Some(&old), Some(&old), Some(&old)).is_empty());
        assert_eq!(decide(Some(&old), None, Some(&old)), [Step::Release(digest)], "released elsewhere");
        assert_eq!(decide(Some(&new), None, Some(&old)), [Step::Write(new.clone())], "trapped again since");
        assert_eq!(decide(Some(&new), Some(&old), Some(&old)), [Step::Write(new.clone())]);
        assert_eq!(decide(Some(&old), Some(&new), Some(&old)), [Step::Adopt(new)], "trapped elsewhere");
        let over = held(0);
        assert_eq!(decide(None, Some(&over), Some(&over)), [Step::Forget(over.clone())]);
    }
}
