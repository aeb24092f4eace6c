//! Forms and mail addresses: can the form be shown, and is the name free?

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::form::Form;
use crate::workflow::Workflow;
use crate::workflow::check::CheckEnvironment;
use crate::workflow::problem::Problems;
use crate::workflow::reach::Reach;

pub(super) fn check(workflow: &Workflow, env: &CheckEnvironment<'_>, problems: &mut Problems<'_>) {
    match workflow.reach() {
        None => return,
        Some(Reach::Form(path)) => {
            form(workflow, problems);
            if !is_path(path) {
                problems
                    .error("TL0151", "/trigger/with/path", format!("`{path}` cannot be the path of a form"))
                    .expected("letters, digits, `-`, `_`, `.` and `/`, at most 200 characters: quotes/new");
            }
        }
        Some(Reach::Mail(address)) => {
            if !is_mailbox(address) {
                problems
                    .error("TL0151", "/trigger/with/address", format!("`{address}` cannot receive mail"))
                    .expected("what stands before the @: small letters, digits, `-`, `_` and `.`, at most 40 characters");
            }
        }
    }
    taken(workflow, env, problems);
}

fn form(workflow: &Workflow, problems: &mut Problems<'_>) {
    if let Some(zone) = workflow.trigger.with.get("zone").and_then(Value::as_str)
        && TimeZone::get(zone).is_err()
    {
        let problem =
            problems.error("TL0150", "/trigger/with/zone", format!("there is no time zone `{zone}`"));
        problem.hint("IANA names such as Europe/London");
    }
    let Some(input) = &workflow.input else {
        problems
            .error("TL0150", "/trigger/on", "a form shows the fields of `input`, and there is none")
            .expected("input: { type: object, properties: { name: { type: string } } }");
        return;
    };
    for problem in Form::of(input).err().into_iter().flatten() {
        let at = format!("/input{}", problem.pointer);
        problems.error("TL0150", &at, problem.message).hint(problem.hint);
    }
}

/// A name belongs to one workflow of a workspace.
fn taken(workflow: &Workflow, env: &CheckEnvironment<'_>, problems: &mut Problems<'_>) {
    let (Some(workflows), Some(reach)) = (env.workflows, workflow.reach()) else { return };
    let (key, what, name) = match reach {
        Reach::Form(path) => ("path", "form", path),
        Reach::Mail(address) => ("address", "mail address", address),
    };
    let others = workflows.ids().into_iter().filter(|id| *id != workflow.id);
    let mut holders =
        others.filter(|id| workflows.workflow(id).is_some_and(|other| other.reach() == Some(reach)));
    let Some(other) = holders.next() else { return };
    let path = if workflow.trigger.with.contains_key(key) {
        format!("/trigger/with/{key}")
    } else {
        "/workflow".to_owned()
    };
    problems
        .error("TL0151", &path, format!("the {what} `{name}` belongs to workflow `{other}`"))
        .hint(format!("name another one with `with: {{ {key}: … }}`, or unpublish `{other}` first"));
}

fn is_path(path: &str) -> bool {
    let part = |part: &str| {
        !matches!(part, "" | "." | "..")
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    path.len() <= 200 && path.split('/').all(part)
}

fn is_mailbox(address: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    address.len() <= 40
        && address.bytes().all(plain)
        && !address.starts_with('.')
        && !address.ends_with('.')
        && !address.contains("..")
}
