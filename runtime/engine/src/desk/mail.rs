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

/// Notices looked at in one go.
const BATCH: u32 = 2_000;
/// What a manager is told once a day.
const DIGEST_MS: u64 = 86_400_000;
/// A mail that has not gone by then is no news any more.
const UNTIL_MS: u64 = 3 * 86_400_000;

/// Sends what has been held for long enough.
pub(crate) async fn tell(shared: &Shared, now: Timestamp) -> Result<(), StoreError> {
    let oldest = shared.store.oldest_exception_notice_all().await?;
    if oldest.is_none_or(|oldest| oldest.plus_ms(shared.config.notice_hold_ms) > now) {
        return Ok(());
    }
    let mut of: BTreeMap<Scope, Vec<NoticeRow>> = BTreeMap::new();
    for notice in shared.store.exception_notices_all(BATCH).await? {
        of.entry(notice.scope.clone()).or_default().push(notice);
    }
    for (scope, notices) in of {
        tell_workspace(shared, &scope, &notices, now).await?;
    }
    Ok(())
}

async fn tell_workspace(
    shared: &Shared,
    scope: &Scope,
    notices: &[NoticeRow],
    now: Timestamp,
) -> Result<(), StoreError> {
    let room = Room::enter(shared, scope).await?;
    let mut about: BTreeMap<ExceptionId, Option<ExceptionRow>> = BTreeMap::new();
    for notice in notices {
        if !about.contains_key(&notice.exception) {
            let row = shared.store.get_exception(scope, &notice.exception).await?;
            about.insert(notice.exception.clone(), row);
        }
    }
    let pending = |digest: bool| -> Vec<Notice> {
        let wanted = notices.iter().filter(|notice| (notice.what == "digest") == digest);
        let row = |notice: &NoticeRow| about.get(&notice.exception).and_then(Option::as_ref);
        wanted
            .map(|notice| Notice {
                id: notice.id.clone(),
                to: notice.recipient.clone(),
                made_at: notice.made_at,
                // What resolved itself meanwhile is not told; that it is over, a watcher wants to know.
                holds: row(notice).is_some_and(|row| notice.what == "watched" || row.resolved_at.is_none()),
            })
            .collect()
    };
    for (digest, hold_ms) in [(false, shared.config.notice_hold_ms), (true, DIGEST_MS)] {
        let out = outgoing(&pending(digest), now, hold_ms);
        let (mut gone, mut mails) = (out.dropped, Vec::new());
        for mail in out.mails {
            let told: Vec<&NoticeRow> =
                notices.iter().filter(|notice| mail.notices.contains(&notice.id)).collect();
            let rows: Vec<(&NoticeRow, &ExceptionRow)> = told
                .iter()
                .filter_map(|notice| Some((*notice, about.get(&notice.exception)?.as_ref()?)))
                .collect();
            mails.extend(written(shared, &room, &mail.to, &rows, digest, now));
            gone.extend(mail.notices);
        }
        if !gone.is_empty() {
            fail::fail_point!("engine.before_notices", |_| std::process::abort());
            shared.store.tell_notices(scope, &gone, &mails).await?;
            fail::fail_point!("engine.after_notices", |_| std::process::abort());
            shared.post.notify_one();
        }
    }
    Ok(())
}

/// One mail about all of these; none where nobody can get it.
fn written(
    shared: &Shared,
    room: &Room,
    to: &str,
    rows: &[(&NoticeRow, &ExceptionRow)],
    digest: bool,
    now: Timestamp,
) -> Option<NewMail> {
    if let Some(channel) = room.channels.iter().find(|row| channel::recipient(row) == to) {
        return channel::about_exceptions(channel, rows, shared.config.public_url.as_deref(), now);
    }
    // Without a mail server nobody could send it, and with one later it would be old.
    shared.mailer.as_ref()?;
    let member = room.members.iter().find(|row| format!("person:{}", row.member.handle) == to)?;
    let (_, first) = rows.first()?;
    let count = rows.len();
    let subject = match (digest, count) {
        (true, _) => format!("{count} exceptions are late by more than their time again"),
        (false, 1) => format!("An exception: {}", first.sentence).chars().take(150).collect(),
        (false, _) => format!("{count} exceptions are waiting"),
    };
    let mut text = String::new();
    for (notice, row) in rows {
        let _ = writeln!(text, "{}", row.sentence);
        let _ = writeln!(text, "  {}", words(&notice.what, row));
        let _ = writeln!(text, "  Owner {}, due {}", row.owner, row.due_at.to_rfc3339());
        let _ = writeln!(text, "  {}", link(shared, row));
        text.push('\n');
    }
    let ids: String = rows.iter().map(|(notice, _)| notice.id.as_str()).collect::<Vec<_>>().join("\n");
    Some(NewMail {
        mail: MailId::about(first.exception.as_str(), &format!("{to}\n{ids}")),
        kind: if digest { MailKind::Digest } else { MailKind::Exception },
        about: Some(first.exception.to_string()),
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

fn words(what: &str, row: &ExceptionRow) -> String {
    match what {
        "assigned" => "It was given to you.".to_owned(),
        "warn" => "Most of its time is used.".to_owned(),
        "due" => "It is due.".to_owned(),
        "backup" => "It is late, and was given to whoever stands in.".to_owned(),
        "digest" => "It is late by as much again as it had.".to_owned(),
        "watched" => {
            let how = row.outcome.map(|outcome| outcome.to_string()).unwrap_or_default();
            format!("It is over. {how}").trim().to_owned()
        }
        _ => format!("Reason: {}", row.reason),
    }
}

fn link(shared: &Shared, row: &ExceptionRow) -> String {
    match &shared.config.public_url {
        Some(base) => format!("{}/runs/{}", base.trim_end_matches('/'), row.run),
        None => format!("Exception {} of workflow {}", row.exception, row.workflow),
    }
}
