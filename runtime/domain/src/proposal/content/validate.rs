//! The rules of a content.

use std::collections::HashMap;

use super::{
    Compensation, Content, ContentProblem, MAX_OPERATIONS, PlannedWrite, Record, TruthVerdict, WriteKind,
};
use crate::connector::Undo;
use crate::proposal::precondition::Precondition;

impl Content {
    /// Can it be proposed?
    pub fn check(&self) -> Result<(), ContentProblem> {
        if self.operations.is_empty() {
            return Err(ContentProblem::Empty);
        }
        if self.operations.len() > MAX_OPERATIONS {
            return Err(ContentProblem::TooMany(self.operations.len()));
        }
        if self.summary.trim().is_empty() {
            return Err(ContentProblem::NoSummary);
        }
        if self.money.as_ref().is_some_and(|money| !money.is_well_formed()) {
            return Err(ContentProblem::Currency);
        }
        let mut keys = HashMap::new();
        for (index, write) in self.operations.iter().enumerate() {
            let operation = index + 1;
            write.check(operation)?;
            if let Some(first) = keys.insert(write.idempotency_key.as_str(), operation) {
                return Err(ContentProblem::SameKey { first, second: operation });
            }
        }
        Ok(())
    }

    /// Can this content be what a person's edit made of `self`?
    pub fn check_edit(&self, edited: &Self) -> Result<(), ContentProblem> {
        if self.operations.len() != edited.operations.len() {
            return Err(ContentProblem::EditedOperations);
        }
        for (index, (old, new)) in self.operations.iter().zip(&edited.operations).enumerate() {
            if let Some(what) = old.beyond_an_edit(new) {
                return Err(ContentProblem::EditedElsewhere { operation: index + 1, what });
            }
        }
        if edited.expires_at > self.expires_at {
            return Err(ContentProblem::EditedDeadline);
        }
        Ok(())
    }
}

impl PlannedWrite {
    fn check(&self, operation: usize) -> Result<(), ContentProblem> {
        let texts = [
            (self.system.as_str(), "the system"),
            (self.record.record_type(), "the record type"),
            (self.record.name(), "the record's id or business key"),
            (self.idempotency_key.as_str(), "the idempotency key"),
        ];
        if let Some((_, what)) = texts.into_iter().find(|(text, _)| text.trim().is_empty()) {
            return Err(ContentProblem::Missing { operation, what });
        }
        let fits = match (self.kind, &self.record) {
            (WriteKind::Create, Record::New { .. })
            | (WriteKind::Update | WriteKind::Delete, Record::Existing { .. })
            | (WriteKind::Send | WriteKind::Call, Record::New { .. } | Record::Existing { .. }) => true,
            (WriteKind::Create, Record::Existing { .. })
            | (WriteKind::Update | WriteKind::Delete, Record::New { .. }) => false,
        };
        if !fits {
            return Err(ContentProblem::RecordAndKind { operation });
        }
        if matches!(self.precondition, Some(Precondition::Absent)) && self.kind != WriteKind::Create {
            return Err(ContentProblem::AbsentExpected { operation });
        }
        let denied = self.fields.iter().find(|(_, change)| change.verdict == Some(TruthVerdict::Deny));
        if let Some((field, _)) = denied {
            return Err(ContentProblem::Denied { operation, field: field.clone() });
        }
        self.check_undo().map_err(|why| ContentProblem::Undo { operation, why })
    }

    fn check_undo(&self) -> Result<(), &'static str> {
        match (self.undo, &self.compensation) {
            (Undo::Compensable, None) => Err("a compensable write says how it is taken back"),
            (Undo::Irreversible, Some(Compensation::Connector | Compensation::Action { .. })) => {
                Err("an irreversible write cannot be taken back by another one")
            }
            (Undo::Compensable | Undo::Reversible, Some(_))
            | (Undo::Reversible, None)
            | (Undo::Irreversible, None | Some(Compensation::Hand { .. })) => Ok(()),
        }
    }

    /// What an edit may not touch, if it did.
    fn beyond_an_edit(&self, edited: &Self) -> Option<&'static str> {
        let fixed = [
            (self.system == edited.system, "the system"),
            (self.record == edited.record, "the record"),
            (self.kind == edited.kind, "the kind"),
            (self.action == edited.action, "the action"),
            (self.connection == edited.connection, "the connection"),
            (self.idempotency_key == edited.idempotency_key, "the idempotency key"),
        ];
        fixed.into_iter().find(|(same, _)| !same).map(|(_, what)| what)
    }
}
