//! What usually helps with an exception, as far as it may be done now.

use serde::Serialize;
use serde_json::Value;
use throughline_domain::exception::life::Ground;
use throughline_domain::exception::reason::{Button, Fix, suggested};
use throughline_domain::proposal::Content;
use throughline_domain::workflow::ReasonCode;
use throughline_store::{ExceptionRow, ExceptionState};
use utoipa::ToSchema;

use crate::view::proposal::{FieldView, MoneyView, OperationView};

/// Something that usually helps.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FixView {
    /// The `action` of `resolve` that does it; null: it is done elsewhere.
    pub(crate) action: Option<String>,
    /// What to do.
    pub(crate) words: &'static str,
    /// One exception with `preview=true`: what the step would write with the input it has; absent where that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) preview: Option<PreviewView>,
}

/// What would be written.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PreviewView {
    /// The effect in words.
    pub(crate) summary: String,
    /// Money that moves.
    pub(crate) money: Option<MoneyView>,
    /// System it goes to.
    pub(crate) system: String,
    /// Record type.
    pub(crate) record_type: String,
    /// The record's id; null: it is made.
    pub(crate) record_id: Option<String>,
    /// `create`, `update`, `delete`, `send` or `call`.
    pub(crate) kind: Value,
    /// What changes.
    pub(crate) fields: Vec<FieldView>,
    /// False: the preview could not read everything.
    pub(crate) complete: bool,
}

/// What may be done now; a step that goes on as it is writes what the preview says.
pub(crate) fn fixes(row: &ExceptionRow, waiting: u32, preview: Option<&PreviewView>) -> Vec<FixView> {
    let in_work = row.resolved_at.is_none() && row.state != ExceptionState::Verifying;
    let in_doubt = row.effect.is_some() && row.reason == ReasonCode::UnknownOutcome;
    let ground = Ground { in_doubt, quarantined: row.path.is_empty(), items: waiting };
    let goes_on = |button| matches!(button, Button::FixAndContinue | Button::Retry | Button::DidNotHappen);
    let view = |fix: &'static Fix| FixView {
        action: fix.button.map(|button| button.to_string()),
        words: fix.words,
        preview: preview.filter(|_| fix.button.is_some_and(goes_on)).cloned(),
    };
    suggested(row.reason, in_work, ground).map(view).collect()
}

impl PreviewView {
    /// The only write of it.
    pub(crate) fn of(content: &Content) -> Option<Self> {
        let write = content.operations.first()?;
        let OperationView { system, record_type, record_id, kind, fields, complete, .. } =
            OperationView::from(write);
        let money = content.money.as_ref().map(MoneyView::from);
        let summary = content.summary.clone();
        Some(Self { summary, money, system, record_type, record_id, kind, fields, complete })
    }
}
