//! Channels: addresses of a workspace that get what people get by mail, as webhooks signed in the Standard Webhooks
//! scheme. A message waits, is tried again and is given up like a mail, in the same table.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use throughline_domain::exception::batch::MAX_IN_MAIL;
use throughline_domain::id::MailId;
use throughline_domain::proposal::Proposal;
use throughline_domain::time::Timestamp;
use throughline_host::{MailFailure, Notification, NotifyFailure};
use throughline_store::{ChannelRow, MailKind, MailRow, NewMail, Scope};
use throughline_vault::Opened;

use crate::desk::{Asked, Burst, Told, asks};
use crate::letters::{Letter, link};
use crate::shared::Shared;

/// What stands before a channel's name where a mail has its address. No address begins so.
const PREFIX: &str = "channel:";
/// A signing key has 24 to 64 bytes.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// A message that has not gone by then is no news any more.
const UNTIL_MS: u64 = 3 * 86_400_000;

/// The channel that a message goes to; nothing: it is a mail.
pub(crate) fn of(mail: &MailRow) -> Option<&str> {
    mail.to.strip_prefix(PREFIX)
}

/// Where a message to a channel goes, as notices and outgoing mail name it.
pub(crate) fn recipient(channel: &ChannelRow) -> String {
    format!("{PREFIX}{}", channel.name)
}

/// One message about a proposal to each channel that is told of proposals.
pub(crate) fn about_proposal(
    shared: &Shared,
    channels: &[ChannelRow],
    proposal: &Proposal,
    letter: &Letter<'_>,
    now: Timestamp,
) -> Vec<NewMail> {
    let content = proposal.content();
    let origin = proposal.origin();
    let mut data = json!({
        "proposal_id": proposal.id(), "workflow": origin.workflow, "title": letter.title, "run_id": origin.run,
        "systems": content.operations.iter().map(|write| &write.system).collect::<Vec<_>>(),
        "expires_at": content.expires_at.to_rfc3339(), "link": link(shared, proposal),
    });
    if !letter.discreet {
        data["summary"] = json!(content.summary);
        data["money"] = json!(content.money);
    }
    let what = format!("proposal.{}", letter.kind.word());
    let told = channels.iter().filter(|channel| channel.proposals);
    let message = |channel| {
        let until = content.expires_at.max(now.plus_ms(1));
        message(channel, (MailKind::Proposal, proposal.id().as_str()), &what, &data, (now, until))
    };
    told.map(message).collect()
}

/// One message about exceptions that were held for a channel.
pub(crate) fn about_exceptions(
    channel: &ChannelRow,
    burst: &Burst<'_>,
    public_url: Option<&str>,
    now: Timestamp,
) -> Option<NewMail> {
    let rows = burst.rows;
    let first = rows.first()?.row;
    let base = public_url.map(|base| base.trim_end_matches('/'));
    let one = |told: &Told<'_>| {
        let row = told.row;
        json!({
            "exception_id": row.exception, "what": told.notice.what, "kind": row.kind.as_str(), "reason": row.reason,
            "severity": row.severity, "state": row.state.as_str(), "sentence": (!told.discreet).then_some(&row.sentence), "owner": row.owner,
            "due_at": row.due_at.to_rfc3339(), "workflow": row.workflow, "run_id": row.run,
            "link": base.map(|base| format!("{base}/runs/{}", row.run)),
        })
    };
    let data = json!({ "exceptions": rows.iter().map(one).collect::<Vec<_>>(), "more": burst.more });
    let about = (MailKind::Exception, first.exception.as_str());
    Some(message(channel, about, "exceptions", &data, (now, now.plus_ms(UNTIL_MS))))
}

/// One message about questions that were asked, or are due.
pub(crate) fn about_asks(
    channel: &ChannelRow,
    asked: &[Asked],
    public_url: Option<&str>,
    now: Timestamp,
) -> Option<NewMail> {
    let first = asked.first()?;
    let one = |one: &Asked| {
        let row = &one.row;
        json!({
            "ask_id": row.ask, "what": if one.due { "due" } else { "asked" }, "owner": row.owner,
            "question": (!one.discreet).then_some(&row.question), "due_at": row.due_at.to_rfc3339(),
            "workflow": row.workflow, "run_id": row.run,
            "link": public_url.map(|base| asks::link(base, row)),
        })
    };
    let told: Vec<Value> = asked.iter().take(MAX_IN_MAIL).map(one).collect();
    let data = json!({ "asks": told, "more": asked.len().saturating_sub(MAX_IN_MAIL) });
    let about = (MailKind::Exception, first.row.ask.as_str());
    Some(message(channel, about, "asks", &data, (now, now.plus_ms(UNTIL_MS))))
}

fn message(
    channel: &ChannelRow,
    (kind, about): (MailKind, &str),
    what: &str,
    data: &Value,
    (now, until): (Timestamp, Timestamp),
) -> NewMail {
    let to = recipient(channel);
    let body = json!({ "type": what, "timestamp": now.to_rfc3339(), "data": data });
    NewMail {
        mail: MailId::about(about, &format!("{to}\n{body}")),
        kind,
        about: Some(about.to_owned()),
        to,
        name: None,
        subject: what.to_owned(),
        text: body.to_string(),
        html: None,
        queued_at: now,
        not_before: now,
        until,
    }
}

/// Sends a message; like a mail it may be sent twice, under the same `webhook-id`.
pub(crate) async fn send(shared: &Shared, name: &str, mail: &MailRow) -> Result<(), MailFailure> {
    let later = |words: String| MailFailure::Later(words);
    let channels = shared.channels(&mail.scope).await.map_err(|error| later(error.to_string()))?;
    let Some(channel) = channels.iter().find(|channel| channel.name == name) else {
        return Err(MailFailure::Never(format!("channel `{name}` was removed")));
    };
    let done = post(shared, &mail.scope, channel, mail.mail.as_str(), &mail.text).await;
    done.map_err(|failure| match failure {
        NotifyFailure::Later(words) => MailFailure::Later(words),
        NotifyFailure::Never(words) => MailFailure::Never(words),
    })
}

/// Signs a body and posts it.
pub(crate) async fn post(
    shared: &Shared,
    scope: &Scope,
    channel: &ChannelRow,
    id: &str,
    body: &str,
) -> Result<(), NotifyFailure> {
    let later = |words: String| NotifyFailure::Later(words);
    let secret = shared.vault.get(scope, &channel.secret).await.map_err(|error| later(error.to_string()))?;
    let key = signing_key(&secret, &channel.url).map_err(later)?;
    let seconds = shared.clock.now().0 / 1_000_000;
    let headers = [
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signature(&key, id, seconds, body)),
    ];
    let notification = Notification::new(&channel.url, &headers, body.as_bytes().to_vec())?;
    let policy = shared.catalog.egress(scope).await.map_err(|error| later(error.to_string()))?;
    shared.host.notify(&policy, notification).await
}

/// The key in a secret that is bound to where the messages go.
pub(crate) fn signing_key(secret: &Opened, url: &str) -> Result<Vec<u8>, String> {
    let origin = Notification::origin(url)?;
    let value = secret.for_origin(&origin).map_err(|error| error.to_string())?;
    let key = value.reveal().strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
    key.filter(|key| KEY_BYTES.contains(&key.len())).ok_or_else(|| {
        format!("secret `{}` must be whsec_ and the base64 of 24 to 64 random bytes", secret.name)
    })
}

fn signature(key: &[u8], id: &str, seconds: i64, body: &str) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_scheme() {
        // The example published with the Standard Webhooks reference libraries.
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed =
            signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
