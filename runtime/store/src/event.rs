//! Accepted events, as they were received.

use throughline_domain::id::{EventId, RunId};
use throughline_domain::run::event::BlobRef;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::accept::EventKind;
use crate::db::{Arg, FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::scope::Scope;

/// An accepted event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Workspace.
    pub scope: Scope,
    /// Event.
    pub event: EventId,
    /// Workflow of the trigger.
    pub workflow: String,
    /// The trigger's node id.
    pub trigger: String,
    /// How it came in.
    pub kind: EventKind,
    /// When.
    pub received_at: Timestamp,
    /// The run it started.
    pub run: RunId,
    /// Its dedupe key.
    pub dedupe_key: Option<String>,
    /// JSON bytes: the headers of a webhook.
    pub headers: Vec<u8>,
    /// Bytes of its payload.
    pub size: u64,
}

macro_rules! columns {
    () => {
        "workspace_id, event_id, workflow_id, trigger_id, kind, received_at, run_id, dedupe_key, headers, size"
    };
}

statements! {
    Tenant GET = Sql::same(concat!("SELECT ", columns!(), " FROM event WHERE workspace_id = $1 AND event_id = $2"));
    Tenant LIST = Sql::same(concat!(
        "SELECT ", columns!(), " FROM event WHERE workspace_id = $1 AND event_id < $2 ORDER BY event_id DESC LIMIT $3"
    ));
    Tenant LIST_WORKFLOW = Sql::same(concat!(
        "SELECT ", columns!(), " FROM event WHERE workspace_id = $1 AND event_id < $2 AND workflow_id = $4
             ORDER BY event_id DESC LIMIT $3"
    ));
    Tenant PAYLOAD = Sql::same(
        "SELECT payload, payload_sha256, size FROM event WHERE workspace_id = $1 AND event_id = $2",
    );
    Tenant EVENT_OF_DEDUPE = Sql::same(
        "SELECT event_id, run_id FROM dedupe WHERE workspace_id = $1 AND scope = $2 AND key_hash = $3
             AND expires_at > $4",
    );
}

struct Stored {
    inline: Option<Vec<u8>>,
    blob: Option<BlobRef>,
}

impl Store {
    /// One event.
    pub async fn get_event(&self, scope: &Scope, event: &EventId) -> Result<Option<EventRow>> {
        self.one(&GET, args![scope, event]).await
    }

    /// One page of events, newest first, perhaps of one workflow only.
    pub async fn list_events(
        &self,
        scope: &Scope,
        workflow: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<EventRow>> {
        let mut args = args![scope, page.before()?, page.limit() + 1];
        args.extend(workflow.map(Arg::from));
        let sql = if workflow.is_some() { &LIST_WORKFLOW } else { &LIST };
        let rows: Vec<EventRow> = self.all(sql, args).await?;
        Ok(Page::cut(rows, page, |row| row.event.as_str().to_owned()))
    }

    /// The payload's bytes, exactly as accepted.
    pub async fn event_payload(&self, scope: &Scope, event: &EventId) -> Result<Option<Vec<u8>>> {
        let stored: Option<Stored> = self.one(&PAYLOAD, args![scope, event]).await?;
        match stored {
            Some(Stored { inline: Some(bytes), .. }) => Ok(Some(bytes)),
            Some(Stored { blob: Some(blob), .. }) => self.read_blob(scope, &blob).await.map(Some),
            Some(Stored { inline: None, blob: None }) | None => Ok(None),
        }
    }
}

impl FromRow for EventRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            event: row.parse()?,
            workflow: row.text()?,
            trigger: row.text()?,
            kind: row.parse()?,
            received_at: row.time()?,
            run: row.parse()?,
            dedupe_key: row.opt_text()?,
            headers: row.bytes()?,
            size: row.count()?,
        })
    }
}

impl FromRow for Stored {
    fn from_row(row: &mut Row) -> Result<Self> {
        let inline = row.opt_bytes()?;
        let sha256 = row.opt_text()?;
        let size = row.count()?;
        Ok(Self { inline, blob: sha256.map(|sha256| BlobRef { sha256, size }) })
    }
}
