//! What silence does to proposals: those who are asked are reminded, others are asked as well, and in the end nobody is.
//! There is no way from here to *approved*.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use throughline_domain::approval::{SilenceAction, tally};
use throughline_domain::id::PersonId;
use throughline_domain::proposal::ProposalState;
use throughline_domain::run::event::ProposalOutcome;
use throughline_domain::time::Timestamp;
use throughline_store::{ProposalHeard, ProposalRow, StoreError};
use tokio_util::sync::CancellationToken;

use crate::channel;
use crate::gateway::propose::{outcome_signal, people};
use crate::letters::{self, Letter, Occasion};
use crate::shared::Shared;

/// Proposals of one look.
const BATCH: u32 = 100;
/// Between two looks when nothing is known to be due: another node may have opened one.
const LOOK: Duration = Duration::from_secs(5);
/// How long to leave the store alone after it failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Why a proposal nobody decided about is closed, for the record.
const NOBODY: &str = "nobody decided in time";

/// Listens until the engine stops.
pub(crate) async fn listen(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        let pause = match round(&shared).await {
            Ok(true) => continue,
            Ok(false) => until_next(&shared).await,
            Err(error) => {
                tracing::warn!(%error, "looking after open proposals failed; trying again");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = shared.silence.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn until_next(shared: &Shared) -> Duration {
    match shared.store.next_proposal_all().await {
        Ok(Some(next)) => {
            let micros = next.0.saturating_sub(shared.clock.now().0).max(1_000);
            Duration::from_micros(micros.cast_unsigned()).min(LOOK)
        }
        Ok(None) => LOOK,
        Err(_) => AFTER_FAILURE,
    }
}

/// One batch; true: there may be more.
async fn round(shared: &Shared) -> Result<bool, StoreError> {
    let now = shared.clock.now();
    let due = shared.store.due_proposals_all(now, BATCH).await?;
    let full = due.len() >= BATCH as usize;
    for row in due {
        heard(shared, &row, now).await?;
    }
    Ok(full)
}

async fn heard(shared: &Shared, row: &ProposalRow, now: Timestamp) -> Result<(), StoreError> {
    let actions = row.approval.due(row.heard_at, now);
    if actions.iter().any(|action| matches!(action, SilenceAction::Expire { .. })) {
        return expire(shared, row, now).await;
    }
    let mut heard = ProposalHeard {
        at: now,
        next_at: row.approval.next_due(now).unwrap_or(row.approval.expires_at),
        asked: Vec::new(),
        mails: Vec::new(),
    };
    let (people, members) = people(shared, &row.scope, now).await?;
    let decisions = shared.store.decisions_about(&row.scope, row.proposal.id()).await?;
    let open = tally(&row.approval, &row.proposal, &people, &decisions, now);
    let title = &row.proposal.origin().workflow;
    let channels = shared.channels(&row.scope).await?;
    for action in actions {
        let (kind, asked): (Occasion, BTreeSet<PersonId>) = match action {
            SilenceAction::Remind { .. } => (Occasion::Reminder, open.asked().into_iter().cloned().collect()),
            SilenceAction::Escalate { to, .. } => {
                heard.asked.extend(to.iter().map(|who| who.0.clone()));
                (
                    Occasion::Escalated,
                    people.of(&to).into_iter().filter(|id| open.asked().contains(id)).collect(),
                )
            }
            SilenceAction::Expire { .. } => continue,
        };
        // Only the workflow's text says what is hidden, and a reminder needs no more than its name.
        let letter = Letter { kind, title, discreet: true };
        heard.mails.extend(letters::to_people(
            shared,
            &row.proposal,
            &letter,
            (&asked, &people, &members),
            now,
        ));
        heard.mails.extend(channel::about_proposal(shared, &channels, &row.proposal, &letter, now));
    }
    fail::fail_point!("engine.before_escalation", |_| std::process::abort());
    let noted = shared.store.proposal_heard(row, &heard).await?;
    fail::fail_point!("engine.after_escalation", |_| std::process::abort());
    if noted && !heard.mails.is_empty() {
        shared.post.notify_one();
    }
    Ok(())
}

async fn expire(shared: &Shared, row: &ProposalRow, now: Timestamp) -> Result<(), StoreError> {
    let origin = row.proposal.origin();
    let signal = outcome_signal(row.proposal.id(), &origin.path, ProposalOutcome::Expired, now);
    fail::fail_point!("engine.before_expiry", |_| std::process::abort());
    // False: somebody decided a moment ago, or another node has it.
    shared.store.end_proposal(row, (ProposalState::Expired, NOBODY), &signal, now).await?;
    fail::fail_point!("engine.after_expiry", |_| std::process::abort());
    Ok(())
}
