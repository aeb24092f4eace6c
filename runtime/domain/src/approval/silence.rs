//! What silence does: it reminds, it asks others, and it ends. It decides nothing.

use serde::{Deserialize, Serialize};

use super::open::Approval;
use crate::time::Timestamp;
use crate::workflow::Owner;

/// What is due while nobody decides. There is no other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum SilenceAction {
    /// Those who are still asked get a reminder.
    Remind {
        /// When it was due.
        at: Timestamp,
    },
    /// Others are asked as well: they may decide from this time on, whether they were told or not.
    Escalate {
        /// From when.
        at: Timestamp,
        /// Who.
        to: Vec<Owner>,
    },
    /// It expires: [`ProposalEvent::Expired`](crate::proposal::ProposalEvent::Expired).
    Expire {
        /// When.
        at: Timestamp,
    },
}

impl Approval {
    /// What became due after `after`, up to and with `now`, in order. Of reminders that were missed the last one is
    /// enough. After the end there is only the end.
    pub fn due(&self, after: Timestamp, now: Timestamp) -> Vec<SilenceAction> {
        if now >= self.expires_at {
            return vec![SilenceAction::Expire { at: self.expires_at }];
        }
        let due = |at: Timestamp| after < at && at <= now;
        let escalations = self.escalations.iter().filter(|step| due(step.at));
        let mut actions: Vec<(Timestamp, SilenceAction)> = escalations
            .map(|step| (step.at, SilenceAction::Escalate { at: step.at, to: step.to.clone() }))
            .collect();
        let remind = self.remind_at.iter().copied().filter(|at| due(*at)).max();
        actions.extend(remind.map(|at| (at, SilenceAction::Remind { at })));
        actions.sort_by_key(|(at, _)| *at);
        actions.into_iter().map(|(_, action)| action).collect()
    }

    /// When something is due next after `now`; `None`: it has ended.
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let escalations = self.escalations.iter().map(|step| step.at);
        let all = self.remind_at.iter().copied().chain(escalations).chain([self.expires_at]);
        all.filter(|at| *at > now && now < self.expires_at).min()
    }
}
