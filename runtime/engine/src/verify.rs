//! Does the log of a run say what its rows say? Read-only; crash campaigns and `doctor --verify` ask.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use throughline_domain::id::{AskId, EffectId, ExceptionId, ProposalId, RunId};
use throughline_domain::proposal::ProposalState;
use throughline_domain::run::event::{EffectOutcome, Entry, RunEvent};
use throughline_domain::run::{RunState, WaitView};
use throughline_store::{
    EffectState, ExceptionFilter, ExceptionRow, LogSegment, PageRequest, RunFilter, RunRow, Scope,
};

use crate::Engine;
use crate::command::CommandError;
use crate::desk::Tended;

/// What looking at every run found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Runs looked at.
    pub runs: u64,
    /// Exceptions looked at.
    pub exceptions: u64,
    /// What is wrong, each with a run it is about.
    pub wrong: Vec<(RunId, String)>,
}

impl Engine {
    /// [`Engine::verify_run`] for every run of every workspace, and whether each exception is what its log folds to.
    pub async fn verify_all(&self) -> Result<Verified, CommandError> {
        let mut verified = Verified::default();
        for workspace in self.shared.store.list_workspaces().await? {
            let mut page = PageRequest::first(throughline_store::MAX_PAGE);
            loop {
                let runs =
                    self.shared.store.list_runs(&workspace.scope, &RunFilter::default(), &page).await?;
                for row in runs.items {
                    let wrong = self.verify_run(&workspace.scope, &row.run).await?;
                    verified.runs += 1;
                    verified.wrong.extend(wrong.into_iter().map(|words| (row.run.clone(), words)));
                }
                match runs.next {
                    Some(next) => page.after = Some(next),
                    None => break,
                }
            }
            self.verify_exceptions(&workspace.scope, &mut verified).await?;
        }
        Ok(verified)
    }

    async fn verify_exceptions(&self, scope: &Scope, verified: &mut Verified) -> Result<(), CommandError> {
        let mut page = PageRequest::first(throughline_store::MAX_PAGE);
        loop {
            let found = self.shared.store.list_exceptions(scope, ExceptionFilter::All, &page).await?;
            for row in found.items {
                let (run, exception) = (row.run.clone(), row.exception.clone());
                verified.exceptions += 1;
                let wrong = self.verify_exception(scope, row).await?;
                let named = wrong.into_iter().map(|words| format!("exception {exception}: {words}"));
                verified.wrong.extend(named.map(|words| (run.clone(), words)));
            }
            match found.next {
                Some(next) => page.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// What is wrong with an exception: its row is not what its log folds to, or a step waits on it that nobody will ever
    /// answer.
    async fn verify_exception(&self, scope: &Scope, row: ExceptionRow) -> Result<Vec<String>, CommandError> {
        // What is over by evidence releases its steps batch by batch.
        let over = row.resolved_at.is_some() && row.ended.as_deref() != Some("evidence");
        let exception = row.exception.clone();
        let mut wrong = Tended::load(&self.shared, row).await?.differs();
        if over {
            let left = self.shared.store.unreleased_steps(scope, &exception, 10).await?;
            wrong.extend(left.iter().map(|step| {
                format!("it is over, and step {} of {} waits on it unanswered", step.path, step.run)
            }));
        }
        Ok(wrong)
    }

    /// Opens every secret of every workspace and says which do not open.
    pub async fn verify_secrets(&self) -> Result<Vec<String>, CommandError> {
        let mut wrong = Vec::new();
        for workspace in self.shared.store.list_workspaces().await? {
            for secret in self.shared.vault.list(&workspace.scope).await? {
                if let Err(error) = self.shared.vault.get(&workspace.scope, &secret.secret).await {
                    wrong.push(format!("secret `{}` of workspace {}: {error}", secret.name, workspace.scope));
                }
            }
        }
        Ok(wrong)
    }

    /// What is wrong with a run: its log does not fold, was written by a superseded lease, or its rows say something
    /// else than the log folds to. Empty: everything agrees. Meant for a store that nobody writes to meanwhile.
    pub async fn verify_run(&self, scope: &Scope, run: &RunId) -> Result<Vec<String>, CommandError> {
        let store = &self.shared.store;
        let row = self.run_row(scope, run).await?;
        let mut wrong = superseded(&store.log_segments(scope, run).await?, row.generation);
        let state = match self.fold(scope, &row).await {
            Ok((_, state)) => state,
            Err(CommandError::Conflict(words)) => {
                wrong.push(words);
                return Ok(wrong);
            }
            Err(error) => return Err(error),
        };
        wrong.extend(row_differs(&row, &state));
        let written: BTreeMap<EffectId, EffectState> =
            store.list_effects(scope, run).await?.into_iter().map(|row| (row.effect, row.state)).collect();
        let log = store.load_log(scope, run).await?;
        wrong.extend(differs("effects", &effects_of(&log), &written));
        let exceptions = store.exceptions_of_run(scope, run).await?;
        let open: BTreeSet<ExceptionId> =
            exceptions.into_iter().filter(|row| row.resolved_at.is_none()).map(|row| row.exception).collect();
        wrong.extend(differs("open exceptions", &exceptions_of(&state), &open));
        let asks = store.asks_of_run(scope, run).await?;
        let asked: BTreeSet<AskId> =
            asks.into_iter().filter(|row| row.closed_at.is_none()).map(|row| row.ask).collect();
        wrong.extend(differs("open questions", &asks_of(&state), &asked));
        wrong.extend(self.verify_proposals(scope, run, &state).await?);
        Ok(wrong)
    }
}

impl Engine {
    /// An open proposal is one that the run waits for; a step that waits for one that is over was told so.
    async fn verify_proposals(
        &self,
        scope: &Scope,
        run: &RunId,
        state: &RunState,
    ) -> Result<Vec<String>, CommandError> {
        let waited = proposals_of(state);
        let rows = self.shared.store.proposals_of_run(scope, run).await?;
        let open = rows.iter().filter(|row| row.state == ProposalState::Open);
        let strange = open.filter(|row| !waited.contains(row.proposal.id()));
        Ok(strange
            .map(|row| format!("proposal {} is open, and no step waits for it", row.proposal.id()))
            .collect())
    }
}

/// Generations may only rise along the log, and none is beyond the run's last claim.
fn superseded(segments: &[LogSegment], last: u64) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut highest = 0;
    for segment in segments {
        if segment.generation < highest || segment.generation > last {
            wrong.push(format!(
                "entries {} to {} were written under claim {}, after claim {highest} of {last} had written",
                segment.first_seq, segment.last_seq, segment.generation
            ));
        }
        highest = highest.max(segment.generation);
    }
    wrong
}

fn row_differs(row: &RunRow, state: &RunState) -> Vec<String> {
    let mut wrong = Vec::new();
    if row.last_seq != state.seq() {
        wrong.push(format!("the row is at entry {}, the log at {}", row.last_seq, state.seq()));
    }
    let ended = state.end().map(|end| end.at);
    if row.ended_at != ended {
        wrong.push(format!("the row ended at {:?}, the log at {ended:?}", row.ended_at));
    }
    if ended.is_some() && json!(state.status()) != json!(row.status.as_str()) {
        wrong.push(format!("the row is {}, the log {:?}", row.status.as_str(), state.status()));
    }
    wrong
}

/// Effects by the log: each intent, with the last thing that was said of it.
fn effects_of(log: &[Entry]) -> BTreeMap<EffectId, EffectState> {
    let mut effects = BTreeMap::new();
    for entry in log {
        if let RunEvent::EffectIntended { effect, .. } = &entry.event {
            effects.insert(effect.clone(), EffectState::Intended);
        }
        if let RunEvent::EffectSettled { effect, outcome, .. } = &entry.event {
            let state = match outcome {
                EffectOutcome::Confirmed { .. } => EffectState::Confirmed,
                EffectOutcome::NotApplied { .. } => EffectState::NotApplied,
                EffectOutcome::InDoubt { .. } => EffectState::InDoubt,
            };
            effects.insert(effect.clone(), state);
        }
    }
    effects
}

fn exceptions_of(state: &RunState) -> BTreeSet<ExceptionId> {
    if state.end().is_some() {
        return BTreeSet::new();
    }
    let parked = state.open_exceptions().into_iter().map(|(_, exception, _)| exception);
    parked.chain(state.quarantine().cloned()).collect()
}

fn proposals_of(state: &RunState) -> BTreeSet<ProposalId> {
    if state.end().is_some() {
        return BTreeSet::new();
    }
    let proposal = |wait: Option<WaitView>| {
        if let Some(WaitView::Proposal { proposal }) = wait { Some(proposal) } else { None }
    };
    state.steps().into_iter().filter_map(|step| proposal(step.wait)).collect()
}

fn asks_of(state: &RunState) -> BTreeSet<AskId> {
    let ask = |wait: Option<WaitView>| match wait {
        Some(WaitView::Answer { ask, .. }) => Some(ask),
        Some(
            WaitView::Time { .. }
            | WaitView::Retry { .. }
            | WaitView::Child { .. }
            | WaitView::Call { .. }
            | WaitView::Proposal { .. }
            | WaitView::Exception { .. }
            | WaitView::Items { .. },
        )
        | None => None,
    };
    state.steps().into_iter().filter_map(|step| ask(step.wait)).collect()
}

fn differs<T: PartialEq + std::fmt::Debug>(what: &str, log: &T, rows: &T) -> Option<String> {
    (log != rows).then(|| format!("{what}: the log has {log:?}, the rows have {rows:?}"))
}
