//! Sends the mail that is queued. A mail goes at least once: a server that dies between the mail server's yes and the
//! note of it sends again, under the same message id.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt;
use throughline_domain::mail::pause_ms;
use throughline_domain::time::Timestamp;
use throughline_host::{MailFailure, Outgoing};
use throughline_store::{MailRow, NewMail, Scope, StoreError};
use tokio_util::sync::CancellationToken;

use crate::desk::undelivered;
use crate::shared::Shared;
use crate::{Engine, channel};

/// Mail looked at once.
const BATCH: u32 = 50;
/// Mails under way at the same time.
const AT_ONCE: usize = 4;
/// Between two looks when nothing is known to be due: another node may have queued something.
const LOOK: Duration = Duration::from_secs(5);
/// How long to leave the store alone after it failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

impl Engine {
    /// Looks again for what is due: the clock was moved.
    pub fn look_again(&self) {
        self.shared.store.look_again();
        self.shared.post.notify_one();
        self.shared.silence.notify_one();
        self.shared.desk.called.notify_one();
    }

    /// Queues a mail; it is sent even if this server ends now.
    pub async fn queue_mail(&self, scope: &Scope, mail: &NewMail) -> Result<(), StoreError> {
        self.shared.store.queue_mail(scope, mail).await?;
        self.shared.post.notify_one();
        Ok(())
    }
}

/// Sends what is due until the engine stops.
pub(crate) async fn deliver(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        shared.desk.posting.store(true, Ordering::SeqCst);
        let sent = round(&shared, &stop).await;
        shared.desk.posting.store(false, Ordering::SeqCst);
        let pause = match sent {
            Ok(true) => continue,
            Ok(false) => until_next(&shared).await,
            Err(error) => {
                tracing::warn!(%error, "sending mail failed; trying again");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = shared.post.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn until_next(shared: &Shared) -> Duration {
    match shared.store.next_mail_all().await {
        Ok(Some(next)) => {
            let micros = next.0.saturating_sub(shared.clock.now().0).max(1_000);
            Duration::from_micros(micros.cast_unsigned()).min(LOOK)
        }
        Ok(None) => LOOK,
        Err(_) => AFTER_FAILURE,
    }
}

/// Sends one batch; true: there may be more.
async fn round(shared: &Shared, stop: &CancellationToken) -> Result<bool, StoreError> {
    let due = shared.store.due_mail_all(shared.clock.now(), BATCH).await?;
    let full = due.len() >= BATCH as usize;
    let mut sending = futures::stream::iter(due)
        .map(|row| async move {
            // What has begun is finished; the rest is there at the next start.
            if stop.is_cancelled() { Ok(()) } else { send(shared, row).await }
        })
        .buffer_unordered(AT_ONCE);
    // A store that fails for one mail takes none of the others with it: they are under way.
    let mut ended = Ok(());
    while let Some(sent) = sending.next().await {
        ended = ended.and(sent);
    }
    ended.map(|()| full && !stop.is_cancelled())
}

async fn send(shared: &Shared, row: MailRow) -> Result<(), StoreError> {
    let store = &shared.store;
    let now = shared.clock.now();
    if !store.take_mail(&row, now.plus_ms(shared.config.mail_lease_ms)).await? {
        return Ok(());
    }
    if now > row.until {
        let why = row.failure.as_deref().unwrap_or("it was not sent before");
        return settled(store.settle_mail(&row, now, Some(&format!("too late: {why}"))).await);
    }
    fail::fail_point!("engine.before_mail", |_| std::process::abort());
    let sent = hand_over(shared, &row).await;
    fail::fail_point!("engine.after_mail", |_| std::process::abort());
    let now = shared.clock.now();
    match sent {
        Ok(()) => {
            undelivered::went(shared, &row);
            let noted = settled(store.settle_mail(&row, now, None).await);
            fail::fail_point!("engine.after_mail_note", |_| std::process::abort());
            noted
        }
        Err(MailFailure::Never(why)) => {
            tracing::warn!(mail.id = %row.mail, workspace.id = %row.scope, why, "a mail was refused");
            settled(store.settle_mail(&row, now, Some(&why)).await)
        }
        Err(MailFailure::Later(why)) => {
            let next = next_try(now, row.attempts + 1);
            if next > row.until {
                return settled(store.settle_mail(&row, now, Some(&why)).await);
            }
            tracing::warn!(mail.id = %row.mail, workspace.id = %row.scope, why, tries = row.attempts + 1,
                "a mail could not be sent; it is tried again");
            settled(store.retry_mail(&row, next, &why).await)?;
            undelivered::waits(shared, &row, &why).await
        }
    }
}

/// Gives it to the mail server, or to the channel it is addressed to.
async fn hand_over(shared: &Shared, row: &MailRow) -> Result<(), MailFailure> {
    match (channel::of(row), &shared.mailer) {
        (Some(name), _) => channel::send(shared, name, row).await,
        (None, Some(mailer)) => mailer.send(&outgoing(row)).await,
        (None, None) => Err(MailFailure::Later("no mail server is set any more".to_owned())),
    }
}

fn next_try(now: Timestamp, tries: u32) -> Timestamp {
    now.plus_ms(pause_ms(tries))
}

/// False is no failure: a lease that ran out was taken by another node, which notes what became of the mail.
fn settled(noted: Result<bool, StoreError>) -> Result<(), StoreError> {
    noted.map(drop)
}

fn outgoing(row: &MailRow) -> Outgoing {
    Outgoing {
        id: row.mail.to_string(),
        to: row.to.clone(),
        name: row.name.clone(),
        subject: row.subject.clone(),
        text: row.text.clone(),
        html: row.html.clone(),
    }
}
