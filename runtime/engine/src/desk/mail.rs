//! Tells people by mail: what is held goes out once its first notice is old enough (15 minutes, if nothing is set), so that a burst is one mail.

use std::collections::BTreeMap;
use std::fmt::Write;

use throughline_domain::exception::batch::{Notice, outgoing};
use throughline_domain::id::{ExceptionId, MailId};
use throughline_domain::time::Timestamp;
use throughline_store::{ExceptionRow, MailKind, NewMail, NoticeRow, Scope, StoreError};

use super::Room;
use crate::channel;
use crate::shared::Shared;

/// People and channels told in one go.
const BATCH: u32 = 500;
/// Notices of one of them taken in one go.
const MOST: u32 = 10_000;
/// What a manager is told once a day.
const DIGEST_MS: u64 = 86_400_000;
/// A mail that has not gone by then is no news any more.
const UNTIL_MS: u64 = 3 * 86_400_000;

/// Sends what has been held for long enough. Whoever is due is told, however many others wait for less.
pub(crate) async fn tell(shared: &Shared, now: Timestamp) -> Result<(), StoreError> {
    for (digest, hold_ms) in [(false, shared.config.notice_hold_ms), (true, DIGEST_MS)] {
        let mut of: BTreeMap<Scope, Vec<String>> = BTreeMap::new();
        let by = Timestamp(now.0.saturating_sub(Timestamp(0).plus_ms(hold_ms).0));
        for due in shared.store.due_notices_all(by, digest, BATCH).await? {
            of.entry(due.scope).or_default().push(due.recipient);
        }
        for (scope, recipients) in of {
            let room = Room::enter(shared, &scope).await?;
            for to in recipients {
                tell_one(shared, &scope, &room, (&to, digest, hold_ms), now).await?;
            }
        }
    }
    Ok(())
}

async fn tell_one(
    shared: &Shared,
    scope: &Scope,
    room: &Room,
    (to, digest, hold_ms): (&str, bool, u64),
    now: Timestamp,
) -> Result<(), StoreError> {
    let notices = shared.store.notices_for(scope, to, digest, MOST).await?;
    let pending = |row: &NoticeRow| Notice {
        id: row.id.clone(),
        to: row.recipient.clone(),
        made_at: row.made_at,
        holds: row.holds,
    };
    let pending: Vec<Notice> = notices.iter().map(pending).collect();
    let out = outgoing(&pending, now, hold_ms);
    let (mut gone, mut mails) = (out.dropped, Vec::new());
    for mail in out.mails {
        let mut about: BTreeMap<&ExceptionId, (ExceptionRow, bool)> = BTreeMap::new();
        let told: Vec<&NoticeRow> = notices.iter().filter(|row| mail.notices.contains(&row.id)).collect();
        for notice in &told {
            if let Some(row) = shared.store.get_exception(scope, &notice.exception).await? {
                let discreet = shared.is_discreet(scope, &row.workflow, Some(row.version)).await;
                about.insert(&notice.exception, (row, discreet));
            }
        }
        let told = told.into_iter().filter_map(|notice| {
            let (row, discreet) = about.get(&notice.exception)?;
            Some(Told { notice, row, discreet: *discreet })
        });
        let rows: Vec<Told<'_>> = told.collect();
        let burst = Burst { rows: &rows, more: mail.more.len(), digest };
        mails.extend(written(shared, room, &mail.to, &burst, now));
        gone.extend(mail.notices);
        gone.extend(mail.more);
    }
    if !gone.is_empty() {
        fail::fail_point!("engine.before_notices", |_| std::process::abort());
        shared.store.tell_notices(scope, &gone, &mails).await?;
        fail::fail_point!("engine.after_notices", |_| std::process::abort());
        shared.post.notify_one();
    }
    Ok(())
}

/// What is told of one exception.
pub(crate) struct Told<'a> {
    pub(crate) notice: &'a NoticeRow,
    pub(crate) row: &'a ExceptionRow,
    /// Say nothing of what is in it: its workflow hides values, and its sentence may quote them.
    pub(crate) discreet: bool,
}

impl Told<'_> {
    fn sentence(&self) -> String {
        if self.discreet {
            format!("{} in {}: open it to see what", self.row.reason, self.row.workflow)
        } else {
            self.row.sentence.clone()
        }
    }
}

/// What one mail tells.
pub(crate) struct Burst<'a> {
    pub(crate) rows: &'a [Told<'a>],
    /// Besides these.
    pub(crate) more: usize,
    digest: bool,
}

/// One mail about all of these; none where nobody can get it.
fn written(shared: &Shared, room: &Room, to: &str, burst: &Burst<'_>, now: Timestamp) -> Option<NewMail> {
    let Burst { rows, more, digest } = *burst;
    if let Some(channel) = room.channels.iter().find(|row| channel::recipient(row) == to) {
        return channel::about_exceptions(channel, burst, shared.config.public_url.as_deref(), now);
    }
    // Without a mail server nobody could send it, and with one later it would be old.
    shared.mailer.as_ref()?;
    let mut members = room.members.iter().filter(|row| row.member.active);
    let member = members.find(|row| format!("person:{}", row.member.handle) == to)?;
    let first = rows.first()?;
    let count = rows.len() + more;
    let subject = match (digest, count) {
        (true, _) => format!("{count} exceptions are late by more than their time again"),
        (false, 1) => format!("An exception: {}", first.sentence()).chars().take(150).collect(),
        (false, _) => format!("{count} exceptions are waiting"),
    };
    let mut text = String::new();
    for told in rows {
        let row = told.row;
        let _ = writeln!(text, "{}", told.sentence());
        let _ = writeln!(text, "  {}", words(told));
        let _ = writeln!(text, "  Owner {}, due {}", row.owner, row.due_at.to_rfc3339());
        let _ = writeln!(text, "  {}", link(shared, row));
        text.push('\n');
    }
    if more > 0 {
        let _ = writeln!(text, "and {more} more");
    }
    let ids: String = rows.iter().map(|told| told.notice.id.as_str()).collect::<Vec<_>>().join("\n");
    Some(NewMail {
        mail: MailId::about(first.row.exception.as_str(), &format!("{to}\n{ids}")),
        kind: if digest { MailKind::Digest } else { MailKind::Exception },
        about: Some(first.row.exception.to_string()),
        to: member.mail.as_str().to_owned(),
        name: Some(member.member.name.clone()),
        subject,
        text,
        html: None,
        queued_at: now,
        not_before: now,
        until: now.plus_ms(UNTIL_MS),
    })
}

fn words(told: &Told<'_>) -> String {
    match told.notice.what.as_str() {
        "assigned" => "It was given to you.".to_owned(),
        "warn" => "Most of its time is used.".to_owned(),
        "due" => "It is due.".to_owned(),
        "backup" => "It is late, and was given to whoever stands in.".to_owned(),
        "digest" => "It is late by as much again as it had.".to_owned(),
        "watched" => over(told),
        _ => format!("Reason: {}", told.row.reason),
    }
}

/// How it ended, for whoever watches it.
fn over(told: &Told<'_>) -> String {
    let row = told.row;
    let note = row.note.as_deref().filter(|_| !told.discreet).unwrap_or("open it to see why");
    match (row.ended.as_deref(), &row.merged_into) {
        (Some("dismissed"), _) => format!("It was dismissed: {note}"),
        (Some("evidence"), _) => "It is over: what was seen since shows it.".to_owned(),
        (Some("merged"), Some(into)) => format!("It goes on in {into}."),
        (Some("superseded"), _) => "It is over: nothing waits on it any more.".to_owned(),
        _ => {
            let how = row.outcome.map(|outcome| outcome.to_string()).unwrap_or_default();
            format!("It is over. {how}").trim().to_owned()
        }
    }
}

fn link(shared: &Shared, row: &ExceptionRow) -> String {
    match &shared.config.public_url {
        Some(base) => format!("{}/runs/{}", base.trim_end_matches('/'), row.run),
        None => format!("Exception {} of workflow {}", row.exception, row.workflow),
    }
}
