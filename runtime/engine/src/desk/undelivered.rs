//! A mail server that is away: people hear of nothing, so it stands in the queue, where they look, as one technical exception.

use serde_json::json;
use throughline_domain::exception::fingerprint::{Cause, Technical, technical};
use throughline_domain::failure::{Failure, FailureKind};
use throughline_domain::id::{AskId, ExceptionId};
use throughline_domain::workflow::ReasonCode;
use throughline_store::{ExceptionKind, ExceptionState, ExceptionStep, MailKind, MailRow, StoreError};

use super::file::{self, Stopped};
use super::{Room, Worked};
use crate::channel;
use crate::shared::Shared;

/// Tries of a mail after which it is told here; by then a restart of the mail server would be over.
const TRIES: u32 = 3;
/// The mail server among the connections: its setting, which no connection can be called.
const SERVER: &str = "mail.server";
const SENDING: (&str, &str) = ("post", "send");
const REASON: ReasonCode = ReasonCode::TransientExhausted;

/// A mail did not go again.
pub(crate) async fn waits(shared: &Shared, mail: &MailRow, why: &str) -> Result<(), StoreError> {
    if mail.attempts + 1 != TRIES {
        return Ok(());
    }
    // Mail about an account belongs to no run; `readyz` and `doctor` speak of it.
    let Some(step) = stopped(shared, mail, why).await? else { return Ok(()) };
    let room = Room::enter(shared, &mail.scope).await?;
    {
        let _one = shared.desk.turn.lock().await;
        file::file_one(shared, &room, &Stopped { step: &step, waits: false }).await?;
    }
    shared.desk.trouble.note(&mail.scope, &means(mail));
    Ok(())
}

/// A mail went.
pub(crate) fn went(shared: &Shared, mail: &MailRow) {
    let connection = means(mail);
    if !shared.desk.trouble.is_with(&mail.scope, &connection) {
        return;
    }
    shared.desk.trouble.worked(Worked {
        scope: mail.scope.clone(),
        what: format!("{connection} takes messages again"),
        action: Some((SENDING.0.to_owned(), SENDING.1.to_owned())),
        connection,
        at: shared.clock.now(),
    });
    shared.desk.called.notify_one();
}

/// By what it goes: the mail server, or one channel.
fn means(mail: &MailRow) -> String {
    channel::of(mail).map_or_else(|| SERVER.to_owned(), |name| format!("channel.{name}"))
}

fn sentence(mail: &MailRow) -> String {
    match channel::of(mail) {
        Some(name) => {
            format!("Messages to the channel {name} do not go out: its address does not take them.")
        }
        None => "Mail to people does not go out: the mail server does not take it.".to_owned(),
    }
}

/// What stopped, told of the run that the mail is about.
async fn stopped(shared: &Shared, mail: &MailRow, why: &str) -> Result<Option<ExceptionStep>, StoreError> {
    let Some((run, path, workflow, version)) = about(shared, mail).await? else { return Ok(None) };
    let (scope, now) = (&mail.scope, shared.clock.now());
    let connection = means(mail);
    let cause = Cause::Connection { connection: &connection, connector: SENDING.0, action: SENDING.1 };
    let fingerprint = technical(&Technical { workspace: scope.as_str(), cause, reason: REASON });
    Ok(Some(ExceptionStep {
        scope: scope.clone(),
        exception: ExceptionId::undelivered(&mail.mail),
        filed: None,
        kind: ExceptionKind::Technical,
        fingerprint,
        run,
        path,
        workflow,
        version,
        state: ExceptionState::Waiting,
        reason: REASON.to_string(),
        sentence: sentence(mail),
        failure: Some(Failure {
            kind: FailureKind::Transient { after_ms: None },
            ..Failure::permanent("TL0461", why)
        }),
        effect: None,
        what_changed: json!({ "mail": mail.mail, "kind": mail.kind.as_str(), "queued_at": mail.queued_at.to_rfc3339() }),
        owner: String::new(),
        backup: None,
        due_at: now,
        updates_after: Vec::new(),
        no_update_reason: Some("what waits goes by itself once it is taken again".to_owned()),
        unrouted: false,
        retry_from: None,
        context: json!({ "connection": connection }),
        opened_at: now,
        released_at: None,
        resolved_at: None,
        resolved_by: None,
        resolution: None,
        resolution_body: None,
    }))
}

type About = (throughline_domain::id::RunId, String, String, u32);

/// The step whose proposal or exception nobody hears of.
async fn about(shared: &Shared, mail: &MailRow) -> Result<Option<About>, StoreError> {
    let Some(id) = &mail.about else { return Ok(None) };
    match mail.kind {
        MailKind::Proposal | MailKind::Code => {
            let Ok(id) = id.parse() else { return Ok(None) };
            let row = shared.store.get_proposal(&mail.scope, &id).await?;
            Ok(row.map(|row| {
                let origin = row.proposal.origin().clone();
                (origin.run, origin.path.0, origin.workflow, origin.version)
            }))
        }
        MailKind::Exception | MailKind::Digest => {
            if let Ok(ask) = id.parse() {
                return asked(shared, mail, &ask).await;
            }
            let Ok(id) = id.parse() else { return Ok(None) };
            let row = shared.store.get_exception(&mail.scope, &id).await?;
            Ok(row.map(|row| (row.run, row.path, row.workflow, row.version)))
        }
        MailKind::Account => Ok(None),
    }
}

/// The step that asks a question nobody hears of.
async fn asked(shared: &Shared, mail: &MailRow, ask: &AskId) -> Result<Option<About>, StoreError> {
    let Some(row) = shared.store.get_ask(&mail.scope, ask).await? else { return Ok(None) };
    let run = shared.store.get_run(&mail.scope, &row.run).await?;
    Ok(run.map(|run| (row.run, row.path, run.workflow, run.version)))
}
