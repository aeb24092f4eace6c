//! Mail in batches: the first notice for somebody is held, and goes out with whatever joined it. A burst is one mail.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Milliseconds a notice is held: 15 minutes.
pub const HOLD_MS: u64 = 15 * 60_000;
/// Notices that one mail tells; of those beyond it says how many there are.
pub const MAX_IN_MAIL: usize = 200;

/// Something to tell somebody, not sent yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its id, unique among those that wait.
    pub id: String,
    /// Account, or a mail address.
    pub to: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// It is still worth telling: an exception that resolved itself while it was held is not.
    pub holds: bool,
}

/// One mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// What it tells, oldest first.
    pub notices: Vec<String>,
    /// What it only counts: "and 31 more".
    pub more: Vec<String>,
}

/// What to do with the notices that wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// To send now; at most one for each recipient.
    pub mails: Vec<Mail>,
    /// Not to be told any more: remove them.
    pub dropped: Vec<String>,
    /// When to look next, always in the future; `None`: nothing waits.
    pub next: Option<Timestamp>,
}

/// What goes out now. A notice that neither is in a mail nor was dropped waits on.
pub fn outgoing(pending: &[Notice], now: Timestamp, hold_ms: u64) -> Outgoing {
    let mut out = Outgoing::default();
    let mut of: BTreeMap<&str, Vec<&Notice>> = BTreeMap::new();
    for notice in pending {
        if notice.holds {
            of.entry(&notice.to).or_default().push(notice);
        } else {
            out.dropped.push(notice.id.clone());
        }
    }
    for (to, mut notices) in of {
        notices.sort_by(|a, b| (a.made_at, &a.id).cmp(&(b.made_at, &b.id)));
        let due = notices.first().map(|first| first.made_at.plus_ms(hold_ms));
        let left = if due.is_some_and(|due| due <= now) {
            let (told, more) = notices.split_at(notices.len().min(MAX_IN_MAIL));
            let ids = |notices: &[&Notice]| notices.iter().map(|notice| notice.id.clone()).collect();
            out.mails.push(Mail { to: to.to_owned(), notices: ids(told), more: ids(more) });
            None
        } else {
            due
        };
        out.next = out.next.into_iter().chain(left).min();
    }
    out
}
