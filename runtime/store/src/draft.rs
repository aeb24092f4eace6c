//! Texts of workflows that are being written: one draft for each workflow, whether it was published or not.

use serde_json::{Map, Value};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements, to_json};
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::people::By;
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

/// A draft as a row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRow {
    /// Workspace.
    pub scope: Scope,
    /// Workflow.
    pub workflow: String,
    /// How often it was saved.
    pub revision: u32,
    /// The version it was begun from; none: it was begun from nothing.
    pub based_on: Option<u32>,
    /// Who saved it last.
    pub saved_by: String,
    /// When.
    pub saved_at: Timestamp,
}

/// A draft with what stands in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The row.
    pub row: DraftRow,
    /// The text as written, whether it can be read or not.
    pub text: String,
    /// Sample data by node.
    pub samples: Map<String, Value>,
}

/// A draft to save.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDraft {
    /// Workflow.
    pub workflow: String,
    /// The revision that was seen last; 0: there was none.
    pub seen: u32,
    /// The version it was begun from.
    pub based_on: Option<u32>,
    /// Text.
    pub text: String,
    /// Sample data by node.
    pub samples: Map<String, Value>,
}

statements! {
    Tenant BEGIN = Sql::same(
        "INSERT INTO workflow_draft (workspace_id, workflow_id, revision, based_on, text, samples, saved_by, saved_at)
         VALUES ($1, $2, 1, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id, workflow_id) DO NOTHING",
    );
    Tenant SAVE = Sql::same(
        "UPDATE workflow_draft SET revision = revision + 1, based_on = $3, text = $4, samples = $5, saved_by = $6, saved_at = $7
         WHERE workspace_id = $1 AND workflow_id = $2 AND revision = $8",
    );
    Tenant GET = Sql::same(
        "SELECT workspace_id, workflow_id, revision, based_on, saved_by, saved_at, text, samples FROM workflow_draft
         WHERE workspace_id = $1 AND workflow_id = $2",
    );
    Tenant LIST = Sql::same(
        "SELECT workspace_id, workflow_id, revision, based_on, saved_by, saved_at FROM workflow_draft
         WHERE workspace_id = $1 AND workflow_id > $2 ORDER BY workflow_id LIMIT $3",
    );
    Tenant DISCARD = Sql::same(
        "DELETE FROM workflow_draft WHERE workspace_id = $1 AND workflow_id = $2 AND revision = $3",
    );
}

impl Store {
    /// Saves a draft over the revision that was seen. Nothing is saved where it is another one by now, or gone.
    pub async fn save_draft(&self, scope: &Scope, new: &NewDraft, by: By<'_>) -> Result<Option<u32>> {
        let mut group = Group::new(Kind::Admin);
        let (workflow, based_on, text, samples) =
            (&new.workflow, new.based_on, &new.text, to_json(&new.samples)?);
        if new.seen == 0 {
            group.fence(&BEGIN, args![scope, workflow, based_on, text, samples, by.who, by.at]);
        } else {
            group.fence(&SAVE, args![scope, workflow, based_on, text, samples, by.who, by.at, new.seen]);
        }
        let saved = matches!(self.commit_group(group).await?, Outcome::Committed(_));
        Ok(saved.then_some(new.seen + 1))
    }

    /// A workflow's draft.
    pub async fn get_draft(&self, scope: &Scope, workflow: &str) -> Result<Option<Draft>> {
        self.one(&GET, args![scope, workflow]).await
    }

    /// One page of drafts, by workflow.
    pub async fn list_drafts(&self, scope: &Scope, page: &PageRequest) -> Result<Page<DraftRow>> {
        let after = page.after.as_deref().unwrap_or("");
        let rows: Vec<DraftRow> = self.all(&LIST, args![scope, after, page.limit() + 1]).await?;
        Ok(Page::cut(rows, page, |row| row.workflow.clone()))
    }

    /// Discards the revision of a draft that was seen. False: it is another one by now, or gone.
    pub async fn discard_draft(&self, scope: &Scope, workflow: &str, seen: u32) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&DISCARD, args![scope, workflow, seen]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }
}

impl FromRow for DraftRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            workflow: row.text()?,
            revision: row.small()?,
            based_on: row.opt_count()?.and_then(|version| u32::try_from(version).ok()),
            saved_by: row.text()?,
            saved_at: row.time()?,
        })
    }
}

impl FromRow for Draft {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { row: DraftRow::from_row(row)?, text: row.text()?, samples: row.json()? })
    }
}
