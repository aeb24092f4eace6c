//! Delegations as they are shown.

use std::collections::BTreeMap;

use serde::Serialize;
use throughline_domain::approval::MoneyScope;
use throughline_domain::id::PersonId;
use throughline_engine::command::{DelegationView as Row, covers};
use utoipa::ToSchema;

use super::at;

/// Somebody stands in for somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DelegationView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Delegation.
    pub(crate) delegation_id: String,
    /// Whose decisions.
    pub(crate) from: DelegateView,
    /// Who stands in.
    pub(crate) to: DelegateView,
    /// From when.
    pub(crate) starts_at: String,
    /// Until before this time.
    pub(crate) ends_at: String,
    /// Only these workflows; null: all.
    pub(crate) workflows: Option<Vec<String>>,
    /// Up to which amount; null where `all_money` says it.
    pub(crate) money_up_to: Option<super::proposal::MoneyView>,
    /// Every amount.
    pub(crate) all_money: bool,
    /// What cannot be undone, too.
    pub(crate) irreversible: bool,
    /// The same in words.
    pub(crate) covers: String,
    /// When it was made.
    pub(crate) created_at: String,
    /// By whom: the person themselves, or an administrator.
    pub(crate) created_by: String,
    /// When it was ended before its time.
    pub(crate) ended_at: Option<String>,
}

/// A person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DelegateView {
    /// Person.
    pub(crate) person_id: String,
    /// Name.
    pub(crate) name: String,
}

/// People with their names.
pub(crate) fn named(people: BTreeMap<PersonId, String>) -> Vec<DelegateView> {
    let view = |(id, name): (PersonId, String)| DelegateView { person_id: id.into(), name };
    people.into_iter().map(view).collect()
}

impl DelegationView {
    pub(crate) fn new(workspace: &str, view: Row) -> Self {
        let Row { row, from, to } = view;
        let terms = row.terms;
        let ceiling = match &terms.scope.money {
            MoneyScope::UpTo { ceiling } => Some(super::proposal::MoneyView {
                amount: ceiling.amount.to_string(),
                currency: ceiling.currency.clone(),
            }),
            MoneyScope::None | MoneyScope::All => None,
        };
        Self {
            workspace: workspace.to_owned(),
            delegation_id: row.delegation.into(),
            covers: covers(&terms.scope),
            from: DelegateView { person_id: terms.from.into(), name: from },
            to: DelegateView { person_id: terms.to.into(), name: to },
            starts_at: at(terms.starts_at),
            ends_at: at(terms.ends_at),
            all_money: terms.scope.money == MoneyScope::All,
            money_up_to: ceiling,
            irreversible: terms.scope.irreversible,
            workflows: terms.scope.workflows.map(|some| some.into_iter().collect()),
            created_at: at(row.created_at),
            created_by: row.created_by,
            ended_at: row.ended_at.map(at),
        }
    }
}
