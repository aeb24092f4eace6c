//! What the page says.

use std::collections::BTreeMap;

use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;
use throughline_domain::approval::RejectReason;
use throughline_domain::id::PersonId;
use throughline_domain::proposal::{ProposalState, WriteKind};
use throughline_domain::time::Timestamp;
use throughline_engine::CommandError;
use throughline_store::ProposalRow;

use super::way::Visitor;
use crate::page::confirm::sign_in;
use crate::page::text::{due, exact};
use crate::page::{render_narrow, sentence};
use crate::view::proposal::{
    DecisionView, FieldView, OperationView, ProposalCommentView, ProposalDetailView, RuleView,
};

/// What somebody who is asked sees.
pub(super) struct Shown<'a> {
    pub(super) view: &'a ProposalDetailView,
    pub(super) visitor: &'a Visitor,
    pub(super) seal: &'a str,
    /// Whose decision they could make, themselves among them.
    pub(super) for_whom: &'a BTreeMap<PersonId, String>,
    /// Why their decision was not taken.
    pub(super) refused: Option<&'a CommandError>,
    pub(super) may_decide: bool,
    /// They could, signed in; a code is not enough.
    pub(super) needs_session: bool,
    /// The policy asks for the password, typed just now.
    pub(super) needs_password: bool,
    /// How many wait that are like it, itself among them.
    pub(super) alike: usize,
    pub(super) now: Timestamp,
}

const REASONS: [RejectReason; 7] = [
    RejectReason::WrongValue,
    RejectReason::WrongRecord,
    RejectReason::WrongAction,
    RejectReason::NotNow,
    RejectReason::Duplicate,
    RejectReason::BusinessChanged,
    RejectReason::Other,
];

/// For everybody: workspace, kind of decision, deadline. No data.
pub(super) fn closed(workspace: &str, row: &ProposalRow, words: Option<&str>) -> Response {
    let path = format!("/d/{}", row.proposal.id());
    render_narrow(
        "A decision",
        &html! {
            h1 { @if row.state == ProposalState::Open { "A decision is waiting" } @else { "This decision is over" } }
            @if let Some(words) = words { p.failure { (words) } }
            (about(workspace, row))
            p { "What it is about is shown to those who are asked, and to nobody else." }
            form.code method="post" action={ (path) "/code" } {
                label for="mail" { "Your mail address" }
                input id="mail" name="mail" type="email" autocomplete="email" required;
                button { "Send me a code" }
            }
            p.dim { "Signed in here already? " a href=(path) { "Show it" } ". Or " a href=(sign_in(&path)) { "sign in" } "." }
        },
    )
}

fn about(workspace: &str, row: &ProposalRow) -> Markup {
    html! {
        dl.facts {
            div { dt { "Workspace" } dd { (workspace) } }
            div { dt { "Decision" } dd { (kind(row)) } }
            div { dt { "Until" } dd { (exact(&row.proposal.expires_at().to_rfc3339())) } }
        }
    }
}

/// What kind of thing would happen; no names, no values.
fn kind(row: &ProposalRow) -> &'static str {
    match row.proposal.content().operations.first().map(|write| write.kind) {
        Some(WriteKind::Create) => "Whether a record is made",
        Some(WriteKind::Update) => "Whether a record is changed",
        Some(WriteKind::Delete) => "Whether a record is removed",
        Some(WriteKind::Send) => "Whether a message is sent",
        Some(WriteKind::Call) | None => "Whether something is done in another system",
    }
}

/// After a code was asked for; the same for every address.
pub(super) fn type_code(workspace: &str, row: &ProposalRow, address: &str, wrong: Option<&str>) -> Response {
    let path = format!("/d/{}", row.proposal.id());
    render_narrow(
        "Your code",
        &html! {
            h1 { "Type the code from the mail" }
            @if let Some(wrong) = wrong { p.failure { (wrong) } }
            p { "If " strong { (address) } " is asked about this decision, a mail with six digits is on its way." }
            (about(workspace, row))
            form.code method="post" action={ (path) "/enter" } {
                input type="hidden" name="mail" value=(address);
                label for="code" { "Six digits" }
                input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" required;
                button { "Go on" }
            }
            p.dim { "It is good for 10 minutes and 5 tries. " a href=(path) { "Ask for another" } "." }
        },
    )
}

pub(super) fn nowhere() -> Response {
    render_narrow(
        "No such decision",
        &html! { h1 { "There is no such decision" } p { "Check the address in the mail." } },
    )
}

/// For somebody who is asked, or was.
pub(super) fn open(shown: &Shown<'_>) -> Response {
    let view = shown.view;
    let proposal = &view.proposal;
    render_narrow(
        "A decision",
        &html! {
            h1 { (proposal.summary) }
            @if let Some(refused) = shown.refused { p.failure { strong { "Nothing was decided. " } (refused) "." } (changes(refused)) }
            (outcome(view))
            dl.facts {
                div { dt { "Workspace" } dd { (proposal.workspace) } }
                div { dt { "Workflow" } dd { (proposal.workflow) " " span.dim { "v" (proposal.version) } } }
                @if let Some(money) = &proposal.money { div { dt { "Money" } dd { strong { (money.amount) " " (money.currency) } } } }
                div { dt { "Can be undone" } dd { @if proposal.irreversible { "No" } @else { "Yes" } } }
                @if proposal.state == "open" { div { dt { "Until" } dd { (exact(&proposal.expires_at)) " (" (due(shown_until(view), shown.now)) ")" } } }
            }
            @for operation in &proposal.operations { (write(operation)) }
            @if !view.differences.is_null() { (differences(&view.differences)) }
            @for rule in &view.rules { (asked(rule)) }
            @for comment in &view.comments { (remark(comment)) }
            @if shown.may_decide && shown.needs_password { (password(&format!("/d/{}", proposal.proposal_id))) }
            @if shown.may_decide { (decide(shown)) }
            @if shown.needs_session {
                p.outcome { "It moves money, or cannot be undone: a code is not enough to decide about it. "
                    a href=(sign_in(&format!("/d/{}", proposal.proposal_id))) { "Sign in" } " and decide here." }
            }
            @if shown.alike > 1 {
                p { a href={ "/d/" (proposal.proposal_id) "/group" } { "Look through all " (shown.alike) " of this kind" } }
            }
            @if !shown.visitor.came_by_code() { p.dim { a href={ "/runs/" (proposal.run_id) } { "The run that waits for it" } } }
        },
    )
}

/// The password is asked for first; then this address follows.
pub(super) fn password(back: &str) -> Markup {
    html! {
        p.outcome { "This asks for your password, typed within the last ten minutes: "
            a href={ "/confirm?to=" (back) } { "type it now" } ", and come back." }
    }
}

fn shown_until(view: &ProposalDetailView) -> Timestamp {
    Timestamp::parse_rfc3339(&view.proposal.expires_at).unwrap_or_default()
}

/// What became of it, and by whom.
fn outcome(view: &ProposalDetailView) -> Markup {
    let proposal = &view.proposal;
    html! {
        @if proposal.state != "open" {
            p.outcome { strong { "This is " (proposal.state.replace('_', " ")) "." }
                @if let Some(why) = &proposal.closed_why { " " (sentence(why)) "." }
                @if let Some(by) = &proposal.replaced_by { " " a href={ "/d/" (by) } { "See what took its place" } "." } }
        }
        @for decision in &view.decisions { (said(decision)) }
    }
}

fn said(decision: &DecisionView) -> Markup {
    let word = match decision.verdict.as_str() {
        Some("approve") => "approved it",
        Some("approve_edited") => "changed it and approved",
        _ => "rejected it",
    };
    html! {
        p.said { strong { (decision.actor) }
            @if decision.actor != decision.principal { " for " (decision.principal) }
            " " (word) " on " (exact(&decision.decided_at))
            @if let Some(reason) = decision.reason.as_str() { ": " (reason.replace('_', " ")) }
            @if let Some(note) = &decision.note { " (" (note) ")" } }
    }
}

pub(super) fn write(operation: &OperationView) -> Markup {
    // Of a record that is not there yet nothing was before.
    let is_new = operation.record_id.is_none() && operation.fields.iter().all(|field| field.before.is_none());
    html! {
        section {
            h2 { (operation.kind.as_str().unwrap_or_default()) " " (operation.record_type) @if let Some(id) = &operation.record_id { " " (id) }
                " " span.dim { "in " (operation.system) } }
            @if operation.fields.is_empty() { p.empty { "Nothing would change: it is so already." } }
            @if !operation.fields.is_empty() {
                table.changes {
                    thead { tr { th { "Field" } @if !is_new { th { "Before" } } th { (after_word(is_new)) } } }
                    tbody { @for field in &operation.fields { (change(field, is_new)) } }
                }
            }
            @if !operation.complete { p.empty { "The preview could not read everything: this is the best it can say." } }
            @if operation.precondition.is_none() { p.empty { "Nothing can be compared right before it is sent." } }
        }
    }
}

const fn after_word(is_new: bool) -> &'static str {
    if is_new { "Value" } else { "After" }
}

fn change(field: &FieldView, is_new: bool) -> Markup {
    html! { tr {
        td data-label="Field" { span { (field.field.trim_start_matches('/')) } }
        @if !is_new { td data-label="Before" { (shown(field.before.as_ref())) } }
        td data-label=(after_word(is_new)) { (shown(field.after.as_ref())) }
    } }
}

/// What has parts of its own stands on lines of its own.
pub(super) fn shown(value: Option<&Value>) -> Markup {
    match value {
        Some(Value::Array(items)) if items.iter().all(is_flat) => {
            html! { ul.parts { @for item in items { li { (parts(item)) } } } }
        }
        Some(whole @ Value::Object(_)) if is_flat(whole) => html! { div.parts { (parts(whole)) } },
        Some(whole @ (Value::Array(_) | Value::Object(_))) => html! { pre { (format!("{whole:#}")) } },
        simple => html! { span { (plain(simple)) } },
    }
}

/// Without parts that have parts.
fn is_flat(value: &Value) -> bool {
    let simple = |value: &Value| !matches!(value, Value::Array(_) | Value::Object(_));
    match value {
        Value::Object(fields) => fields.values().all(simple),
        other => simple(other),
    }
}

/// Names and values of one line of something.
fn parts(value: &Value) -> Markup {
    let Value::Object(fields) = value else { return html! { (plain(Some(value))) } };
    html! { @for (name, value) in fields { span { span.dim { (name.replace('_', " ")) } " " (plain(Some(value))) } " " } }
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// What is different from the proposal before: how the source moved, and what would be written otherwise.
fn differences(differences: &Value) -> Markup {
    let list = |name: &str| differences[name].as_array().cloned().unwrap_or_default();
    html! {
        section { h2 { "What is different from before" }
            ul {
                @for moved in list("source") { li { "In the system: " (plain(moved.get("field"))) " was " (plain(moved.get("then"))) ", is " (plain(moved.get("now"))) } }
                @for change in list("planned") { li { (plain(change.get("path"))) ": was " (plain(change.get("was"))) ", is " (plain(change.get("is"))) } }
            }
        }
    }
}

/// The places where what was shown differs from what there is.
fn changes(refused: &CommandError) -> Markup {
    use throughline_domain::approval::Refusal;
    let CommandError::Undecided(refusal) = refused else { return html! {} };
    let Refusal::ContentChanged { difference: Some(difference), .. } = refusal.as_ref() else {
        return html! {};
    };
    html! {
        ul { @for change in &difference.changes { li { (change.path) ": was " (plain(change.was.as_ref())) ", is " (plain(change.is.as_ref())) } } }
    }
}

fn asked(rule: &RuleView) -> Markup {
    html! {
        p.dim { strong { (rule.rule) } ": " (rule.approved_by.len()) " of " (rule.needed) " agree"
            @if !rule.approved_by.is_empty() { " (" (rule.approved_by.join(", ")) ")" } }
    }
}

/// What somebody said beside; it is asked and answered on the page of approvals.
fn remark(comment: &ProposalCommentView) -> Markup {
    html! {
        p.said { strong { (comment.by) }
            @if let Some(asks) = &comment.asks { " asks " (asked_words(asks)) } @else if comment.answers.is_some() { " answers" }
            " on " (exact(&comment.at)) ": " (comment.text) }
    }
}

/// `vera`, `the team billing`, `the role approver`.
fn asked_words(owner: &str) -> String {
    match owner.split_once(':') {
        Some(("person", name)) => name.to_owned(),
        Some((kind, name)) => format!("the {kind} {}", name.replace('_', " ")),
        None => owner.to_owned(),
    }
}

/// In whose name: nothing to choose where there is one.
pub(super) fn for_whom(me: &PersonId, whom: &BTreeMap<PersonId, String>) -> Markup {
    let mut others = whom.iter().filter(|(id, _)| *id != me).peekable();
    let (themselves, first) = (whom.contains_key(me), others.peek().copied());
    html! {
        @match first {
            None => {}
            Some((id, name)) if !themselves && whom.len() == 1 => {
                p { "You decide for " strong { (name) } "." }
                input type="hidden" name="for" value=(id);
            }
            Some(_) => {
                label { "For whom "
                    select name="for" required {
                        @if themselves { option value=(me) { "For yourself" } } @else { option value="" { "Choose" } }
                        @for (id, name) in others { option value=(id) { "For " (name) } }
                    }
                }
            }
        }
    }
}

fn decide(shown: &Shown<'_>) -> Markup {
    let proposal = &shown.view.proposal;
    let path = format!("/d/{}", proposal.proposal_id);
    let input = proposal.operations.first().map(|operation| &operation.input);
    let input = input.and_then(|input| serde_json::to_string_pretty(input).ok()).unwrap_or_default();
    html! {
        form.decide method="post" action=(path) {
            input type="hidden" name="shown_hash" value=(proposal.content_hash);
            input type="hidden" name="seal" value=(shown.seal);
            (for_whom(shown.visitor.person(), shown.for_whom))
            button.yes name="verdict" value="approve" { "Approve" }
            details {
                summary { "Reject" }
                (reasons())
                button.no name="verdict" value="reject" { "Reject" }
            }
        }
        details {
            summary { "Change the values" }
            form.decide method="post" action=(path) {
                input type="hidden" name="shown_hash" value=(proposal.content_hash);
                input type="hidden" name="seal" value=(shown.seal);
                input type="hidden" name="edited" value="yes";
                (for_whom(shown.visitor.person(), shown.for_whom))
                label for="input" { "What is sent" }
                textarea id="input" name="input" rows="12" spellcheck="false" { (input) }
                button name="verdict" value="approve" { "Change and approve" }
                p.dim { "Where money moves or it cannot be undone, somebody else then decides about the change." }
            }
        }
    }
}

/// Why not.
pub(super) fn reasons() -> Markup {
    html! {
        label for="reason" { "Why" }
        select id="reason" name="reason" {
            option value="" { "Choose a reason" }
            @for reason in REASONS { option value=(word(reason)) { (reason) } }
        }
        label for="note" { "In words" }
        textarea id="note" name="note" rows="3" {}
    }
}

/// One of what can be chosen for one proposal of several.
pub(super) fn choice(proposal: &str, verdict: &str, words: &str) -> Markup {
    html! { label { input type="radio" name={ "verdict." (proposal) } value=(verdict); " " (words) } }
}

fn word(reason: RejectReason) -> String {
    serde_json::to_value(reason).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}
