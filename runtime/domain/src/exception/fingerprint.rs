//! The same exception has the same fingerprint: for business one record and reason, for technical ones one cause.
//! The arguments leave no room for a run id, a time, a message or a version.

use serde_json::{Value, json};

use crate::json;
use crate::workflow::ReasonCode;

/// The record an exception is about, as well as it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Record<'a> {
    /// The entity its links meet in.
    Entity(&'a str),
    /// The system's own id, or the run's keys where the workflow names the record by them.
    Source {
        /// System.
        system: &'a str,
        /// Id or keys.
        id: &'a Value,
    },
    /// Nothing names the record: the event that brought it stands for it, so that the exceptions of two records
    /// are never one.
    Event(&'a str),
    /// Nor did an event: hex SHA-256 of what the run was given.
    Input(&'a str),
}

/// What a business exception is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Business<'a> {
    /// Workspace.
    pub workspace: &'a str,
    /// Workflow.
    pub workflow: &'a str,
    /// Record type, where it is known.
    pub record_type: Option<&'a str>,
    /// The record.
    pub record: Record<'a>,
    /// Reason.
    pub reason: ReasonCode,
    /// The field, where the reason is about one.
    pub field: Option<&'a str>,
}

/// What a technical exception is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Technical<'a> {
    /// Workspace: connections are named within it.
    pub workspace: &'a str,
    /// What failed.
    pub cause: Cause<'a>,
    /// Class of the failure.
    pub reason: ReasonCode,
}

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause<'a> {
    /// A connection, at one of its actions (never an address: that has ids in it).
    Connection {
        /// Connection.
        connection: &'a str,
        /// Connector.
        connector: &'a str,
        /// Action; not counted where the whole connection is out.
        action: &'a str,
    },
    /// The workflow itself, at one of its nodes.
    Workflow {
        /// Workflow.
        workflow: &'a str,
        /// Node; empty for the workflow as a whole.
        node: &'a str,
    },
}

/// Hex SHA-256 of a business exception's subject.
pub fn business(subject: &Business<'_>) -> String {
    let record = match subject.record {
        Record::Entity(entity) => json!(["entity", entity]),
        Record::Source { system, id } => json!(["source", system, id]),
        Record::Event(event) => json!(["event", event]),
        Record::Input(sha256) => json!(["input", sha256]),
    };
    let Business { workspace, workflow, record_type, reason, field, .. } = subject;
    // The first word keeps the two kinds, and anything later, apart.
    json::sha256(&json!(["business", workspace, workflow, record_type, record, reason, field]))
}

/// Hex SHA-256 of a technical exception's cause.
pub fn technical(subject: &Technical<'_>) -> String {
    let whole = is_of_the_whole_connection(subject.reason);
    let cause = match subject.cause {
        Cause::Connection { connection, .. } if whole => json!(["connection", connection]),
        Cause::Connection { connection, connector, action } => {
            json!(["connection", connection, connector, action])
        }
        Cause::Workflow { workflow, node } => json!(["workflow", workflow, node]),
    };
    json::sha256(&json!(["technical", subject.workspace, cause, subject.reason]))
}

/// An expired token and a limit stop every action of the connection.
const fn is_of_the_whole_connection(reason: ReasonCode) -> bool {
    matches!(reason, ReasonCode::AuthFailed | ReasonCode::RateLimited)
}
