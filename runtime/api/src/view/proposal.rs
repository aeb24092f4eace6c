//! Proposals: what would be written, who is asked, who has decided.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use throughline_domain::approval::{Approval, Because, Decision, People, RuleTally};
use throughline_domain::id::PersonId;
use throughline_domain::proposal::{BothDifferences, Money, PlannedWrite, Replacing};
use throughline_engine::command::{Beside, ProposalDetail};
use throughline_store::{ProposalComment, ProposalRow};
use utoipa::ToSchema;

use super::at;
use super::delegation::{DelegateView, named};

/// A complete write that waits for people, or did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ProposalView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Proposal.
    pub(crate) proposal_id: String,
    /// Run that waits.
    pub(crate) run_id: String,
    /// Its step.
    pub(crate) path: String,
    /// Workflow.
    pub(crate) workflow: String,
    /// Workflow version it was made by.
    pub(crate) version: u32,
    /// `open`, `approved`, `applying`, `applied`, `partly_applied`, `failed`, `compensated`, `rejected`, `expired`,
    /// `superseded`, `withdrawn` or `stale`.
    pub(crate) state: &'static str,
    /// The effect in words.
    pub(crate) summary: String,
    /// Money that moves.
    pub(crate) money: Option<MoneyView>,
    /// Something in it cannot be taken back.
    pub(crate) irreversible: bool,
    /// The writes, in the order they are sent.
    pub(crate) operations: Vec<OperationView>,
    /// What a decision must name: the hash of exactly this content.
    pub(crate) content_hash: String,
    /// Proposals of one shape differ in values only.
    pub(crate) shape: String,
    /// What it took the place of.
    pub(crate) replaces: Option<String>,
    /// What took its place.
    pub(crate) replaced_by: Option<String>,
    /// Since when people are asked.
    pub(crate) opened_at: String,
    /// Until when; after that nothing is written.
    pub(crate) expires_at: String,
    /// When people were no longer asked.
    pub(crate) closed_at: Option<String>,
    /// Why it ended without a decision: who withdrew it and why, or that nobody decided in time.
    pub(crate) closed_why: Option<String>,
    /// Its write, once it was sent.
    pub(crate) effect_id: Option<String>,
    /// Whose decision you could make now, yourself among them; in one proposal, and in lists with `asked=me`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) for_you: Option<Vec<DelegateView>>,
    /// Questions about it that nobody has answered; in one proposal, and in lists with `asked=me`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) open_questions: Option<u32>,
    /// One of them is put to you, or to somebody you stand in for; there too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) asks_you: Option<bool>,
    /// Until when you put it off; there too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) snoozed_until: Option<String>,
}

/// Money, as decimal text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MoneyView {
    /// Amount.
    pub(crate) amount: String,
    /// ISO 4217 code.
    pub(crate) currency: String,
}

/// One write.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OperationView {
    /// System it goes to.
    pub(crate) system: String,
    /// Record type.
    pub(crate) record_type: String,
    /// The record's id; null: it is made.
    pub(crate) record_id: Option<String>,
    /// `create`, `update`, `delete`, `send` or `call`.
    pub(crate) kind: Value,
    /// Action.
    pub(crate) action: String,
    /// Connection.
    pub(crate) connection: Option<String>,
    /// The action's input, as it will be sent.
    pub(crate) input: Value,
    /// What changes.
    pub(crate) fields: Vec<FieldView>,
    /// `etag`, `version`, `before_hash` or `absent`: what is compared right before it is sent; null: nothing can be.
    pub(crate) precondition: Option<Value>,
    /// `reversible`, `compensable` or `irreversible`.
    pub(crate) undo: Value,
    /// The key it is sent with.
    pub(crate) idempotency_key: String,
    /// False: the preview could not read everything.
    pub(crate) complete: bool,
}

/// One field, before and after.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FieldView {
    /// JSON Pointer.
    pub(crate) field: String,
    /// Before; absent: there is no value, or it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Value>,
    /// After; absent: it is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<Value>,
}

/// A proposal with who is asked and who has decided.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ProposalDetailView {
    /// The proposal.
    #[serde(flatten)]
    pub(crate) proposal: ProposalView,
    /// The policy's name.
    pub(crate) policy: String,
    /// The rules that apply; all must be satisfied.
    pub(crate) rules: Vec<RuleView>,
    /// What silence does, in order: nobody decides, and time goes by.
    pub(crate) silence: Vec<SilenceView>,
    /// Decisions about this content, oldest first.
    pub(crate) decisions: Vec<DecisionView>,
    /// What was said about it beside, oldest first; the last 500.
    pub(crate) comments: Vec<ProposalCommentView>,
    /// Who asked for it, where a person did.
    pub(crate) requested_by: Vec<String>,
    /// Whose edits are in it.
    pub(crate) edited_by: Vec<String>,
    /// Proposals on the same record that are decided first.
    pub(crate) waits_for: Vec<String>,
    /// After it went stale: how the source moved, and what would be written otherwise.
    pub(crate) differences: Value,
}

/// A comment on a proposal; perhaps a question, or the answer to one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ProposalCommentView {
    /// Comment.
    pub(crate) comment_id: String,
    /// Who, by handle.
    pub(crate) by: String,
    /// What.
    pub(crate) text: String,
    /// When.
    pub(crate) at: String,
    /// A question: whom it is put to, `person:…`, `team:…` or `role:…`.
    pub(crate) asks: Option<String>,
    /// A question: when somebody answered it first.
    pub(crate) answered_at: Option<String>,
    /// An answer: to which question.
    pub(crate) answers: Option<String>,
}

/// One rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RuleView {
    /// Name.
    pub(crate) rule: String,
    /// Why it applies.
    pub(crate) because: String,
    /// So many must agree.
    pub(crate) needed: usize,
    /// Names of those who have agreed.
    pub(crate) approved_by: Vec<String>,
    /// Names of those who are still asked.
    pub(crate) asked: Vec<String>,
}

/// What happens at a time where nobody has decided by then.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SilenceView {
    /// When.
    pub(crate) at: String,
    /// `remind`: those who have not decided; `ask`: others are asked as well; `expire`: nobody is asked any more.
    pub(crate) does: &'static str,
    /// `ask`: who, `person:…`, `team:…` or `role:…`.
    pub(crate) whom: Vec<String>,
}

/// One decision.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DecisionView {
    /// Decision.
    pub(crate) decision_id: String,
    /// Whose decision it is.
    pub(crate) principal: String,
    /// Who made it.
    pub(crate) actor: String,
    /// `app`, `link`, `chat` or `api`.
    pub(crate) via: Value,
    /// How sure it is who it was: `code`, `session` or `re_authenticated`.
    pub(crate) assurance: Value,
    /// `approve`, `approve_edited` or `reject`.
    pub(crate) verdict: Value,
    /// Why, when it is a rejection.
    pub(crate) reason: Value,
    /// Words.
    pub(crate) note: Option<String>,
    /// What the edit changed.
    pub(crate) edit: Value,
    /// When the content was opened.
    pub(crate) opened_at: Option<String>,
    /// When.
    pub(crate) decided_at: String,
}

fn plain(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

impl From<&ProposalRow> for ProposalView {
    fn from(row: &ProposalRow) -> Self {
        let (proposal, content) = (&row.proposal, row.proposal.content());
        let origin = proposal.origin();
        Self {
            workspace: row.scope.to_string(),
            proposal_id: proposal.id().to_string(),
            run_id: origin.run.to_string(),
            path: origin.path.to_string(),
            workflow: origin.workflow.clone(),
            version: origin.version,
            state: row.state.word(),
            summary: content.summary.clone(),
            money: content.money.as_ref().map(MoneyView::from),
            irreversible: content.is_irreversible(),
            operations: content.operations.iter().map(OperationView::from).collect(),
            content_hash: proposal.hash().to_string(),
            shape: proposal.shape().as_str().to_owned(),
            replaces: proposal.replaces().map(|replaces| replaces.proposal.to_string()),
            replaced_by: row.replaced_by.as_ref().map(ToString::to_string),
            opened_at: at(proposal.opened_at()),
            expires_at: at(proposal.expires_at()),
            closed_at: row.closed_at.map(at),
            // Else it is the id of a decision or of another proposal.
            closed_why: row.changed_by.clone().filter(|words| words.contains(' ')),
            effect_id: row.effect.as_ref().map(ToString::to_string),
            for_you: None,
            open_questions: None,
            asks_you: None,
            snoozed_until: None,
        }
    }
}

impl ProposalView {
    /// As it stands with whoever looks.
    pub(crate) fn is_for(&mut self, whom: BTreeMap<PersonId, String>, beside: Beside) {
        self.for_you = Some(named(whom));
        self.open_questions = Some(beside.open_questions);
        self.asks_you = Some(beside.asks_you);
        self.snoozed_until = beside.snoozed_until.map(at);
    }
}

impl From<&Money> for MoneyView {
    fn from(money: &Money) -> Self {
        Self { amount: money.amount.to_string(), currency: money.currency.clone() }
    }
}

impl From<&PlannedWrite> for OperationView {
    fn from(write: &PlannedWrite) -> Self {
        use throughline_domain::proposal::Record;
        let record_id = match &write.record {
            Record::Existing { id, .. } => Some(id.clone()),
            Record::New { .. } => None,
        };
        let fields = write.fields.iter().map(|(field, change)| FieldView {
            field: field.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        });
        let precondition = write.precondition.as_ref().map(|held| plain(held)["type"].clone());
        Self {
            system: write.system.clone(),
            record_type: write.record.record_type().to_owned(),
            record_id,
            kind: plain(&write.kind),
            action: write.action.to_string(),
            connection: write.connection.clone(),
            input: write.input.clone(),
            fields: fields.collect(),
            precondition,
            undo: plain(&write.undo),
            idempotency_key: write.idempotency_key.clone(),
            complete: write.complete,
        }
    }
}

impl From<&ProposalDetail> for ProposalDetailView {
    fn from(detail: &ProposalDetail) -> Self {
        let (proposal, people) = (&detail.row.proposal, &detail.people);
        let because = &detail.row.approval.rules;
        let rules = detail.tally.rules.iter().zip(because).map(|(tally, rule)| RuleView {
            because: match &rule.because {
                Because::Always => "it always does".to_owned(),
                Because::Condition { when } => format!("{when} holds"),
                Because::Unknown { when, why } => format!("nobody can tell whether {when} holds: {why}"),
            },
            ..rule_view(tally, people)
        });
        let stale = |before| match proposal.replaces().map(|replaces| replaces.why) {
            Some(Replacing::Stale | Replacing::Edited) => {
                plain(&BothDifferences::between(before, proposal.content()))
            }
            None => Value::Null,
        };
        Self {
            proposal: ProposalView::from(&detail.row),
            policy: detail.row.approval.policy.clone(),
            rules: rules.collect(),
            silence: silence(&detail.row.approval),
            decisions: detail.decisions.iter().map(|decision| decision_view(decision, people)).collect(),
            comments: detail.comments.iter().cloned().map(ProposalCommentView::from).collect(),
            requested_by: names(&proposal.origin().requested_by, people),
            edited_by: names(proposal.editors(), people),
            waits_for: detail.waits_for.iter().map(ToString::to_string).collect(),
            differences: detail.before.as_ref().map_or(Value::Null, |before| stale(before.content())),
        }
    }
}

impl From<ProposalComment> for ProposalCommentView {
    fn from(row: ProposalComment) -> Self {
        Self {
            comment_id: row.id,
            by: row.by,
            text: row.text,
            at: at(row.at),
            asks: row.asks,
            answered_at: row.answered_at.map(at),
            answers: row.answers,
        }
    }
}

fn silence(approval: &Approval) -> Vec<SilenceView> {
    let remind = approval.remind_at.iter().map(|at| (*at, "remind", Vec::new()));
    let ask = approval.escalations.iter().map(|step| {
        let whom = step.to.iter().map(|owner| owner.0.clone()).collect();
        (step.at, "ask", whom)
    });
    let mut all: Vec<_> = remind.chain(ask).collect();
    all.sort_by_key(|(at, ..)| *at);
    all.push((approval.expires_at, "expire", Vec::new()));
    all.into_iter().map(|(when, does, whom)| SilenceView { at: at(when), does, whom }).collect()
}

fn rule_view(tally: &RuleTally, people: &People) -> RuleView {
    RuleView {
        rule: tally.rule.clone(),
        because: String::new(),
        needed: tally.needed,
        approved_by: names(&tally.approved, people),
        asked: names(&tally.asked, people),
    }
}

fn decision_view(decision: &Decision, people: &People) -> DecisionView {
    DecisionView {
        decision_id: decision.id.to_string(),
        principal: people.name(&decision.party.principal).to_owned(),
        actor: people.name(&decision.party.actor).to_owned(),
        via: plain(&decision.via),
        assurance: plain(&decision.assurance),
        verdict: plain(&decision.said),
        reason: plain(&decision.reason),
        note: decision.note.clone(),
        edit: plain(&decision.edit),
        opened_at: decision.opened_at.map(at),
        decided_at: at(decision.decided_at),
    }
}

fn names(people: &BTreeSet<PersonId>, all: &People) -> Vec<String> {
    people.iter().map(|id| all.name(id).to_owned()).collect()
}
