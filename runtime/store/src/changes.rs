//! What was committed, told in process after the commit.

use throughline_domain::id::RunId;

use crate::scope::Scope;

/// Something about a run was committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunChange {
    /// Workspace.
    pub scope: Scope,
    /// Run.
    pub run: RunId,
    /// It ended.
    pub ended: bool,
    /// Its reply is stored.
    pub replied: bool,
    /// A signal for it was stored.
    pub signalled: bool,
}

impl RunChange {
    pub(crate) fn new(scope: &Scope, run: &RunId) -> Self {
        Self { scope: scope.clone(), run: run.clone(), ended: false, replied: false, signalled: false }
    }
}

/// What a group tells when it is committed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    /// A run became, or may have become, claimable.
    pub(crate) due: bool,
    pub(crate) runs: Vec<RunChange>,
}
