//! From entries of the log to rows: what other parts look for across runs is written in the same commit as the
//! entries it follows from.

use serde_json::Value;
use throughline_domain::exception::fingerprint::{self, Business, Cause, Record, Technical};
use throughline_domain::exception::{Kind, reason};
use throughline_domain::id::{AskId, EffectId, ExceptionId};
use throughline_domain::json;
use throughline_domain::run::event::{
    Correlation, EffectOutcome, Entry, ExceptionDraft, Payload, Resolution, RunEvent, StepPath,
};
use throughline_domain::run::{RunState, StepView, Version, WaitView};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::{Node, NodeKind, ReasonCode, Wait};
use throughline_store::{
    AskChange, EffectChange, ExceptionChange, ExceptionKind, ExceptionState, NewAsk, NewEffect, NewException,
    NewWait, ProposalChange, Reply, RunCommit, Settled,
};

use crate::desk::{StepContext, WriteAction};

/// What the rows need besides the entries.
pub(crate) struct RowContext<'a> {
    pub(crate) workspace: &'a str,
    pub(crate) version: &'a Version,
    pub(crate) state: &'a RunState,
    /// A write of the run was proposed, ever.
    pub(crate) proposed: bool,
}

/// Adds to a commit the rows that follow from its entries.
pub(crate) fn add(commit: &mut RunCommit, context: &RowContext<'_>) {
    let entries = std::mem::take(&mut commit.entries);
    for entry in &entries {
        context.entry(commit, entry);
    }
    commit.entries = entries;
}

impl RowContext<'_> {
    fn entry(&self, commit: &mut RunCommit, entry: &Entry) {
        let at = entry.at;
        match &entry.event {
            RunEvent::EffectIntended { .. } | RunEvent::EffectSettled { .. } => self.effect(commit, entry),
            RunEvent::StepParked { path, exception, draft } => {
                commit.exceptions.push(self.open(exception.clone(), path, draft, at));
            }
            RunEvent::Quarantined { claims, exception } => {
                commit.exceptions.push(self.open_quarantine(exception.clone(), *claims, at));
            }
            RunEvent::ExceptionResolved { exception, resolution, by, .. } => {
                commit.exceptions.push(resolved(exception, resolution, by, at));
            }
            RunEvent::Asked { .. } => commit.asks.extend(self.ask(entry)),
            RunEvent::Answered { ask, answer, by, .. } => commit.asks.push(AskChange::Answer {
                ask: ask.clone(),
                answer: answer.clone(),
                by: by.clone(),
                at,
            }),
            RunEvent::WaitStarted { path, event: Some(event), .. } => {
                commit.waits.push(self.wait(path, event, at));
            }
            RunEvent::Replied { status, headers, body, .. } => {
                commit.reply = Some(Reply {
                    status: *status,
                    headers: headers.clone(),
                    body: body.clone(),
                    replied_at: at,
                });
            }
            RunEvent::StepSucceeded { path, .. }
            | RunEvent::StepFailed { path, .. }
            | RunEvent::StepSkipped { path }
            | RunEvent::StepCancelled { path }
            | RunEvent::StepRetried { path, .. } => self.wait_over(commit, path),
            RunEvent::RunStarted(_)
            | RunEvent::AttemptStarted { .. }
            | RunEvent::Proposed { .. }
            | RunEvent::ProposalDecided { .. }
            | RunEvent::AttemptFailed { .. }
            | RunEvent::CallSuspended { .. }
            | RunEvent::CallbackReceived { .. }
            | RunEvent::CallResumed { .. }
            | RunEvent::CallPutOff { .. }
            | RunEvent::WaitStarted { event: None, .. }
            | RunEvent::WaitMatched { .. }
            | RunEvent::ChildStarted { .. }
            | RunEvent::ChildEnded { .. }
            | RunEvent::ItemsListed { .. }
            | RunEvent::ItemEnded { .. }
            | RunEvent::SegmentSealed { .. }
            | RunEvent::CancelRequested { .. }
            | RunEvent::RunSucceeded { .. }
            | RunEvent::RunFailed { .. }
            | RunEvent::RunCancelled => {}
        }
    }

    /// What leaves, and what came of it; also for the proposal it leaves by.
    fn effect(&self, commit: &mut RunCommit, entry: &Entry) {
        let at = entry.at;
        if let RunEvent::EffectIntended { path, effect, .. } = &entry.event {
            commit.effects.extend(self.intend(entry));
            let by = self.state.approved_by(path).filter(|_| self.proposed).cloned();
            let applying = |proposal| ProposalChange::Applying { proposal, effect: effect.clone(), at };
            commit.proposals.extend(by.map(applying));
        }
        if let RunEvent::EffectSettled { effect, outcome, .. } = &entry.event {
            let outcome = settled(outcome);
            if self.proposed && matches!(outcome, Settled::Confirmed { .. }) {
                commit.proposals.push(ProposalChange::Applied { effect: effect.clone(), at });
            }
            commit.effects.push(EffectChange::Settle { effect: effect.clone(), outcome, at });
        }
    }

    fn wait(&self, path: &StepPath, event: &Correlation, at: Timestamp) -> NewWait {
        NewWait {
            path: path.0.clone(),
            event_type: event.event_type.clone(),
            key: event.key.clone(),
            since: self.state.start().map_or(at, |start| start.at),
        }
    }

    fn open_quarantine(&self, exception: ExceptionId, claims: u32, at: Timestamp) -> ExceptionChange {
        self.open(exception, &StepPath(String::new()), &quarantine_draft(self.version, claims), at)
    }

    fn open(
        &self,
        exception: ExceptionId,
        path: &StepPath,
        draft: &ExceptionDraft,
        at: Timestamp,
    ) -> ExceptionChange {
        ExceptionChange::Open(Box::new(NewException {
            exception,
            kind: stored(reason::of(draft.reason).kind),
            fingerprint: self.fingerprint(path, draft),
            path: path.0.clone(),
            workflow: self.version.workflow().id.clone(),
            version: self.version.number(),
            draft: draft.clone(),
            context: serde_json::to_value(self.context(path, draft)).unwrap_or_default(),
            due_at: self.version.due_at(&draft.due, at),
            opened_at: at,
        }))
    }

    fn ask(&self, entry: &Entry) -> Option<AskChange> {
        let RunEvent::Asked { path, ask, question, form, owner, due_at, .. } = &entry.event else {
            return None;
        };
        Some(AskChange::Open(Box::new(NewAsk {
            ask: ask.clone(),
            path: path.0.clone(),
            workflow: self.version.workflow().id.clone(),
            question: question.clone(),
            form: form.clone(),
            owner: owner.0.clone(),
            due_at: *due_at,
            asked_at: entry.at,
        })))
    }

    fn intend(&self, entry: &Entry) -> Option<EffectChange> {
        let RunEvent::EffectIntended {
            path,
            effect,
            attempt,
            idempotency_key,
            request_sha256,
            class,
            undo,
            sending,
        } = &entry.event
        else {
            return None;
        };
        let NodeKind::Action { action, connection, .. } = &self.version.find(path.node())?.kind else {
            return None;
        };
        Some(EffectChange::Intend(Box::new(NewEffect {
            effect: effect.clone(),
            path: path.0.clone(),
            connector: action.connector.clone(),
            action: action.name.clone(),
            connection: connection.clone(),
            class: *class,
            undo: *undo,
            attempt: *attempt,
            sending: *sending,
            idempotency_key: idempotency_key.clone(),
            request_sha256: request_sha256.clone(),
            intended_at: entry.at,
        })))
    }

    fn wait_over(&self, commit: &mut RunCommit, path: &StepPath) {
        let waits_for_event = self
            .version
            .find(path.node())
            .is_some_and(|node| matches!(node.kind, NodeKind::Wait(Wait::Event { .. })));
        if waits_for_event {
            commit.waits_over.push(path.0.clone());
        }
    }

    fn fingerprint(&self, path: &StepPath, draft: &ExceptionDraft) -> String {
        let (workspace, workflow) = (self.workspace, self.version.workflow());
        match reason::of(draft.reason).kind {
            Kind::Business => {
                let start = self.state.start();
                let keys = draft.what_changed.get("keys");
                let input;
                let record = match (keys, start.and_then(|start| start.event.as_ref())) {
                    (Some(id @ Value::Object(keys)), _) if !keys.is_empty() => {
                        Record::Source { system: &workflow.source, id }
                    }
                    (_, Some(event)) => Record::Event(event.as_str()),
                    (_, None) => {
                        input = start.map(|start| input_sha256(&start.input)).unwrap_or_default();
                        Record::Input(&input)
                    }
                };
                let (record_type, reason, workflow) = (None, draft.reason, &workflow.id);
                let field = part(path, draft);
                fingerprint::business(&Business { workspace, workflow, record_type, record, reason, field })
            }
            Kind::Technical => {
                let cause = self.cause(path, draft);
                fingerprint::technical(&Technical { workspace, cause, reason: draft.reason })
            }
        }
    }

    /// What filing the step needs besides its answers.
    fn context(&self, path: &StepPath, draft: &ExceptionDraft) -> StepContext {
        let workflow = self.version.workflow();
        let node = self.version.find(path.node());
        let raise =
            node.and_then(|node| if let NodeKind::Raise(raise) = &node.kind { Some(raise) } else { None });
        let stated = raise.is_some_and(|raise| !raise.updates_after.is_empty());
        let mut writes = Vec::new();
        writes_of(&workflow.nodes, &mut |action, connection| {
            if self.version.action(action).effect.is_write() {
                let (connector, name) = (action.connector.clone(), action.name.clone());
                writes.push(WriteAction { connector, name, connection: connection.map(str::to_owned) });
            }
        });
        let steps = std::iter::once(path).chain(&draft.retry_from);
        let called = steps.filter_map(|path| self.version.find(path.node()).and_then(Node::called));
        let writes_itself =
            called.into_iter().any(|(action, _)| self.version.action(action).effect.is_write());
        let technical = reason::of(draft.reason).kind == Kind::Technical;
        let connection = match self.cause(path, draft) {
            Cause::Connection { connection, .. } if technical => Some(connection.to_owned()),
            Cause::Connection { .. } | Cause::Workflow { .. } => None,
        };
        let title = node.map_or(path.node(), |node| node.title.as_deref().unwrap_or(&node.id));
        let plugins = self.state.start().map(|start| start.plugins.clone()).unwrap_or_default();
        StepContext {
            place: format!("{} stopped at \"{title}\"", workflow.title.as_deref().unwrap_or(&workflow.id)),
            owner: node.and_then(|node| node.owner.clone()),
            due: node.and_then(|node| node.due.clone()).map(|due| due.to_string()),
            policy_owner: Some(workflow.exceptions.owner.clone()),
            policy_backup: workflow.exceptions.backup.clone(),
            policy_due: Some(workflow.exceptions.due.to_string()),
            connection,
            updates: stated || writes_itself,
            writes,
            weight: raise.map(|raise| raise.weight.clone()).unwrap_or_default(),
            plugins: plugins.into_iter().collect(),
        }
    }

    /// The connection at the action that stopped, or that is to run again; the workflow itself where there is none, or
    /// where it is itself wrong.
    fn cause<'c>(&'c self, path: &'c StepPath, draft: &'c ExceptionDraft) -> Cause<'c> {
        let steps = std::iter::once(path).chain(&draft.retry_from);
        let mut called = steps.filter_map(|path| self.version.find(path.node()).and_then(Node::called));
        match called.next().filter(|_| draft.reason != ReasonCode::WorkflowDefect) {
            Some((action, connection)) => Cause::Connection {
                connection: connection.unwrap_or(&action.connector),
                connector: &action.connector,
                action: &action.name,
            },
            None => Cause::Workflow { workflow: &self.version.workflow().id, node: path.node() },
        }
    }
}

/// What a business exception is about within its record: the item of a for-each; and where a write is in doubt, that very
/// write, because each needs its own answer: two runs may write to one record.
fn part<'p>(path: &'p StepPath, draft: &'p ExceptionDraft) -> Option<&'p str> {
    if draft.reason == ReasonCode::UnknownOutcome {
        return Some(draft.effect.as_ref().map_or(path.0.as_str(), EffectId::as_str));
    }
    path.0.rsplit_once('/').map(|(item, _)| item).filter(|item| !item.is_empty())
}

/// Every action of the nodes and of their bodies.
fn writes_of<'w>(
    nodes: &'w [Node],
    visit: &mut dyn FnMut(&'w throughline_domain::workflow::Operation, Option<&'w str>),
) {
    for node in nodes {
        if let Some((action, connection)) = node.called() {
            visit(action, connection);
        }
        if let NodeKind::ForEach { body, .. } = &node.kind {
            writes_of(body, visit);
        }
    }
}

fn input_sha256(input: &Payload) -> String {
    match input {
        Payload::Inline(value) => json::sha256(value),
        Payload::Blob(blob) => blob.sha256.clone(),
    }
}

/// A run that takes its worker down is the workflow owner's to look at.
pub(crate) fn quarantine_draft(version: &Version, claims: u32) -> ExceptionDraft {
    let workflow = version.workflow();
    let policy = &workflow.exceptions;
    ExceptionDraft {
        reason: ReasonCode::ConnectorFault,
        sentence: format!(
            "This run took its worker down {claims} times and was set aside: look at its last step before you retry it"
        ),
        what_changed: serde_json::json!({ "source": workflow.source, "claims": claims }),
        owner: policy.owner.clone(),
        backup: policy.backup.clone(),
        due: policy.due.clone(),
        updates_after: Vec::new(),
        failure: None,
        effect: None,
        unrouted: true,
        retry_from: None,
    }
}

const fn stored(kind: Kind) -> ExceptionKind {
    match kind {
        Kind::Business => ExceptionKind::Business,
        Kind::Technical => ExceptionKind::Technical,
    }
}

fn resolved(exception: &ExceptionId, resolution: &Resolution, by: &str, at: Timestamp) -> ExceptionChange {
    ExceptionChange::Resolve {
        exception: exception.clone(),
        state: closed_as(resolution),
        resolution: word(resolution).to_owned(),
        body: serde_json::to_vec(resolution).ok(),
        by: by.to_owned(),
        at,
    }
}

const fn closed_as(resolution: &Resolution) -> ExceptionState {
    match resolution {
        Resolution::GaveUp { .. } => ExceptionState::Dismissed,
        Resolution::Superseded { .. } => ExceptionState::Superseded,
        Resolution::Retried
        | Resolution::EditedAndRetried { .. }
        | Resolution::CompletedByHand { .. }
        | Resolution::Skipped
        | Resolution::Happened { .. }
        | Resolution::DidNotHappen => ExceptionState::Resolved,
    }
}

/// The resolution in one word.
pub(crate) const fn word(resolution: &Resolution) -> &'static str {
    match resolution {
        Resolution::Retried => "retried",
        Resolution::EditedAndRetried { .. } => "edited_and_retried",
        Resolution::CompletedByHand { .. } => "completed_by_hand",
        Resolution::Skipped => "skipped",
        Resolution::GaveUp { .. } => "gave_up",
        Resolution::Happened { .. } => "happened",
        Resolution::DidNotHappen => "did_not_happen",
        Resolution::Superseded { .. } => "superseded",
    }
}

fn settled(outcome: &EffectOutcome) -> Settled {
    match outcome {
        EffectOutcome::Confirmed { receipt, by } => Settled::Confirmed { receipt: receipt.clone(), by: *by },
        EffectOutcome::NotApplied { failure } => Settled::NotApplied { failure: failure.clone() },
        EffectOutcome::InDoubt { failure } => Settled::InDoubt { failure: failure.clone() },
    }
}

/// Opens something for a person.
pub(crate) const fn opens(event: &RunEvent) -> bool {
    matches!(event, RunEvent::StepParked { .. } | RunEvent::Asked { .. } | RunEvent::Quarantined { .. })
}

/// Gives a write to people.
pub(crate) const fn proposes(event: &RunEvent) -> bool {
    matches!(event, RunEvent::Proposed { .. })
}

/// May leave a proposal without the step that needs it.
pub(crate) const fn may_close_proposal(event: &RunEvent) -> bool {
    may_close(event) || matches!(event, RunEvent::StepFailed { .. } | RunEvent::StepParked { .. })
}

/// Registers a wait for an event.
pub(crate) const fn waits(event: &RunEvent) -> bool {
    matches!(event, RunEvent::WaitStarted { event: Some(_), .. })
}

/// May leave an exception or a question without the step that waits on it.
pub(crate) const fn may_close(event: &RunEvent) -> bool {
    matches!(
        event,
        RunEvent::StepCancelled { .. }
            | RunEvent::StepRetried { .. }
            | RunEvent::StepSkipped { .. }
            | RunEvent::ItemEnded { .. }
            | RunEvent::RunSucceeded { .. }
            | RunEvent::RunFailed { .. }
            | RunEvent::RunCancelled
    )
}

/// The commit closes this exception already.
pub(crate) fn closes(commit: &RunCommit, id: &ExceptionId) -> bool {
    commit
        .exceptions
        .iter()
        .any(|change| matches!(change, ExceptionChange::Resolve { exception, .. } if exception == id))
}

/// The commit closes this question already.
pub(crate) fn answers(commit: &RunCommit, id: &AskId) -> bool {
    commit.asks.iter().any(|change| matches!(change, AskChange::Answer { ask, .. } if ask == id))
}

/// The open question of a step.
pub(crate) fn ask_of(step: &StepView) -> Option<AskId> {
    match &step.wait {
        Some(WaitView::Answer { ask, .. }) => Some(ask.clone()),
        Some(
            WaitView::Time { .. }
            | WaitView::Retry { .. }
            | WaitView::Call { .. }
            | WaitView::Proposal { .. }
            | WaitView::Child { .. }
            | WaitView::Exception { .. }
            | WaitView::Items { .. },
        )
        | None => None,
    }
}

/// Closes an exception whose step started over or ended without it.
pub(crate) fn supersede(exception: ExceptionId, at: Timestamp) -> ExceptionChange {
    ExceptionChange::Resolve {
        exception,
        state: ExceptionState::Superseded,
        resolution: "superseded".to_owned(),
        body: None,
        by: "run".to_owned(),
        at,
    }
}

#[cfg(test)]
mod tests;
