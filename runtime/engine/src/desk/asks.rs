//! Tells whoever is asked a question: that it was asked, held as notices are, so that a burst is one mail; and that it is due.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use throughline_domain::exception::batch::MAX_IN_MAIL;
use throughline_domain::id::{AskId, MailId};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::Owner;
use throughline_store::{AskRow, MailKind, NewMail, Scope, StoreError};

use super::Room;
use crate::channel;
use crate::shared::Shared;

/// Questions told of in one go.
const BATCH: u32 = 500;
/// A mail that has not gone by then is no news any more.
const UNTIL_MS: u64 = 3 * 86_400_000;

/// A question to tell of.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) row: AskRow,
    pub(crate) due: bool,
    /// Say nothing of what is asked: its workflow hides values.
    pub(crate) discreet: bool,
}

/// Sends what has been held for long enough, and what is due.
pub(crate) async fn tell(shared: &Shared, now: Timestamp) -> Result<(), StoreError> {
    let by = Timestamp(now.0.saturating_sub(Timestamp(0).plus_ms(shared.config.notice_hold_ms).0));
    let mut of: BTreeMap<Scope, BTreeMap<AskId, AskRow>> = BTreeMap::new();
    for (scope, owner) in shared.store.owners_to_tell_all(by, BATCH).await? {
        let rows = shared.store.untold_asks(&scope, &owner, BATCH).await?;
        of.entry(scope).or_default().extend(rows.into_iter().map(|row| (row.ask.clone(), row)));
    }
    for row in shared.store.asks_due_all(now, BATCH).await? {
        of.entry(row.scope.clone()).or_default().insert(row.ask.clone(), row);
    }
    for (scope, rows) in of {
        tell_workspace(shared, &scope, rows.into_values().collect(), now).await?;
    }
    Ok(())
}

async fn tell_workspace(
    shared: &Shared,
    scope: &Scope,
    rows: Vec<AskRow>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let room = Room::enter(shared, scope).await?;
    let mut asked = Vec::with_capacity(rows.len());
    for row in rows {
        let discreet = shared.is_discreet(scope, &row.workflow, None).await;
        asked.push(Asked { due: row.due_at <= now, discreet, row });
    }
    let mut of: BTreeMap<String, Vec<&Asked>> = BTreeMap::new();
    for one in &asked {
        let people: BTreeSet<String> = room.people(&one.row.owner).into_iter().collect();
        for person in people {
            of.entry(person).or_default().push(one);
        }
    }
    let mut mails: Vec<NewMail> =
        of.iter().filter_map(|(person, asked)| mail(shared, &room, person, asked, now)).collect();
    let base = shared.config.public_url.as_deref();
    let told = room.channels.iter().filter(|channel| channel.exceptions);
    mails.extend(told.filter_map(|channel| channel::about_asks(channel, &asked, base, now)));
    let ids = |due: bool| -> Vec<AskId> {
        asked.iter().filter(|one| one.due == due).map(|one| one.row.ask.clone()).collect()
    };
    shared.store.tell_asks(scope, &ids(false), &ids(true), &mails).await?;
    shared.post.notify_one();
    Ok(())
}

/// One mail about all of these; none where nobody can get it.
fn mail(shared: &Shared, room: &Room, person: &str, asked: &[&Asked], now: Timestamp) -> Option<NewMail> {
    // Without a mail server nobody could send it, and with one later it would be old.
    shared.mailer.as_ref()?;
    let member = *room.of(&Owner(format!("person:{person}"))).first()?;
    let first = asked.first()?;
    let subject = match asked {
        [one] if one.due => "A question to you is due".to_owned(),
        [_] => "You are asked a question".to_owned(),
        many => format!("You are asked {} questions", many.len()),
    };
    let mut text = String::new();
    for one in asked.iter().take(MAX_IN_MAIL) {
        let row = &one.row;
        let question = if one.discreet { "A question: open the page to see it" } else { &row.question };
        let _ = writeln!(text, "{question}");
        let _ = writeln!(text, "  {}", if one.due { "It is due." } else { "It waits for your answer." });
        let _ = writeln!(text, "  Owner {}, due {}", row.owner, row.due_at.to_rfc3339());
        let _ = match shared.config.public_url.as_deref() {
            Some(base) => writeln!(text, "  {}\n", link(base, row)),
            None => writeln!(text, "  Question {} of workflow {}\n", row.ask, row.workflow),
        };
    }
    if asked.len() > MAX_IN_MAIL {
        let _ = writeln!(text, "and {} more", asked.len() - MAX_IN_MAIL);
    }
    let ids: Vec<String> = asked.iter().map(|one| format!("{} {}", one.row.ask, one.due)).collect();
    Some(NewMail {
        mail: MailId::about(first.row.ask.as_str(), &format!("{person}\n{}", ids.join("\n"))),
        kind: MailKind::Exception,
        about: Some(first.row.ask.to_string()),
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

/// Where a question is answered.
pub(crate) fn link(base: &str, row: &AskRow) -> String {
    format!("{}/asks/{}", base.trim_end_matches('/'), row.ask)
}
