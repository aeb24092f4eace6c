//! Workflows whose writes people decide about, and those whose exceptions are left alone, are released or read back.

use super::{LINES, bill, hook, once, text};
use crate::people::{BOSS, FIRST};

/// What the names of reviewed writes have in them.
pub const REVIEWED: &str = "reviewed";

/// In review, with this policy; anybody who approves where it is empty.
fn reviewed(text: &str, approvals: &str) -> String {
    let approvals = if approvals.is_empty() {
        "{ who: role:approver, expires: 1h }".to_owned()
    } else {
        approvals.to_owned()
    };
    format!("{}approvals: {approvals}\n", text.replace("stage: live", "stage: review"))
}

/// The shape in review: two writes, one after the other.
pub(super) fn shape() -> String {
    let nodes = [bill("bill", REVIEWED, ", next: once"), once("once", REVIEWED, "", "")];
    reviewed(&hook("review", "", &nodes), "")
}

/// The rest of them.
pub(super) fn all() -> Vec<String> {
    let one = |id: &str| hook(id, "", &[bill("bill", &format!("{REVIEWED}-{id}"), "")]);
    // Two runs about one order write one record.
    let of_order = |id: &str| one(id).replace("event: \"{{ event.id }}\"", "order: \"{{ event.order }}\"");
    let silence = format!(
        "{{ who: person:{FIRST}, expires: 3s, remind: [ 700ms ], escalate: [ {{ after: 1500ms, to: person:{BOSS} }} ] }}"
    );
    let two = "{ rules: [ { name: two, who: role:approver, need: 2 } ], expires: 1h }";
    vec![
        reviewed(&one("both"), two),
        reviewed(&of_order("lane"), ""),
        reviewed(&of_order("serial"), ""),
        reviewed(&one("silence"), &silence),
        hook(
            "late",
            "",
            &["{ id: stop, raise: { reason: missing_required, sentence: \"Something is missing here and nobody looks after it\", \
               owner: team:ops, due: 2s } }"
                .to_owned()],
        ),
        hook(
            "down",
            "",
            &["{ id: read, action: http.read, connection: shaky, timeout: 2s, retry: { attempts: 1, over: 1m }, \
               with: { path: /v1/invoices/inv_0001 } }"
                .to_owned()],
        ),
        text(
            "mend",
            "on: webhook.received, with: { path: mend }, dedupe: \"{{ event.id }}\"",
            &[
                "{ id: stop, raise: { reason: missing_required, sentence: \"Something is missing here and is added by hand\", \
                 owner: team:ops, due: 4h, updates_after: [ { system: accounting, record: invoice, fields: [ reference ], \
                 by: automatic } ] }, next: bill }"
                    .to_owned(),
                format!(
                    "{{ id: bill, action: accounting.create_invoice, connection: accounting, timeout: 2s, \
                     retry: {{ attempts: 6, over: 30m }}, with: {{ customer: cus_0001, \
                     reference: \"{{{{ event.id }}}}/mend\", {LINES} }} }}"
                ),
            ],
        ),
    ]
}
