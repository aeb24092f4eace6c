//! What figures need of an exception and only the runner can tell, since it takes the business calendar.

use throughline_domain::id::ExceptionId;
use throughline_domain::time::Timestamp;

use crate::db::{Sql, args, statements};
use crate::scope::Scope;
use crate::writer::Group;

/// Minutes of an exception's life, both ways, as of a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFigure {
    /// Of which.
    pub exception: ExceptionId,
    /// Up to when the minutes are counted.
    pub counted_at: Timestamp,
    /// Open and counted: on the wall, in business hours.
    pub running: (i64, i64),
    /// Waiting on a customer or a vendor.
    pub paused: (i64, i64),
    /// When a person had it for the first time, and the business minutes until then.
    pub assigned: Option<(Timestamp, i64)>,
    /// When somebody did something for the first time, and the business minutes until then.
    pub acted: Option<(Timestamp, i64)>,
}

statements! {
    Tenant COUNT_MINUTES = Sql::same(
        "INSERT INTO exception_figure (workspace_id, exception_id, counted_at, running_minutes,
             running_business_minutes, paused_minutes, paused_business_minutes, assigned_at, assign_business_minutes,
             acted_at, act_business_minutes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (workspace_id, exception_id) DO UPDATE SET counted_at = excluded.counted_at,
             running_minutes = excluded.running_minutes,
             running_business_minutes = excluded.running_business_minutes, paused_minutes = excluded.paused_minutes,
             paused_business_minutes = excluded.paused_business_minutes, assigned_at = excluded.assigned_at,
             assign_business_minutes = excluded.assign_business_minutes, acted_at = excluded.acted_at,
             act_business_minutes = excluded.act_business_minutes",
    );
    Tenant FORGET_MINUTES = Sql::same(
        "DELETE FROM exception_figure WHERE workspace_id = $1 AND exception_id = $2",
    );
}

pub(super) fn figure_op(group: &mut Group, scope: &Scope, figure: &NewFigure) {
    let at = |when: &Option<(Timestamp, i64)>| when.map(|(at, _)| at);
    let minutes = |when: &Option<(Timestamp, i64)>| when.map(|(_, minutes)| minutes);
    group.op(
        &COUNT_MINUTES,
        args![
            scope,
            &figure.exception,
            figure.counted_at,
            figure.running.0,
            figure.running.1,
            figure.paused.0,
            figure.paused.1,
            at(&figure.assigned),
            minutes(&figure.assigned),
            at(&figure.acted),
            minutes(&figure.acted),
        ],
    );
}
