//! Reading rows of workflows.

use super::{TriggerRow, VersionRow, VersionSummary, WorkflowRow};
use crate::db::{FromRow, Row};
use crate::error::Result;

impl FromRow for WorkflowRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            workflow: row.text()?,
            version: row.small()?,
            state: row.parse()?,
            title: row.text()?,
            owner: row.text()?,
            created_at: row.time()?,
            updated_at: row.time()?,
        })
    }
}

impl FromRow for VersionRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            workflow: row.text()?,
            version: row.small()?,
            format: row.parse()?,
            source: row.bytes()?,
            sha256: row.text()?,
            canonical: row.bytes()?,
            published_at: row.time()?,
            published_by: row.text()?,
        })
    }
}

impl FromRow for VersionSummary {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            version: row.small()?,
            sha256: row.text()?,
            published_at: row.time()?,
            published_by: row.text()?,
        })
    }
}

impl FromRow for TriggerRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            workflow: row.text()?,
            trigger: row.text()?,
            kind: row.parse()?,
            connector: row.text()?,
            path: row.opt_text()?,
            event_type: row.opt_text()?,
            config: row.bytes()?,
            version: row.small()?,
            active: row.flag()?,
        })
    }
}
