//! The workflows of a campaign: four shapes that every life works on, and what single points need besides.

mod review;

use std::fmt;

pub use review::REVIEWED;

/// A shape of a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One step after the other.
    Linear,
    /// Two branches and a join.
    Branch,
    /// A for-each with waits inside, and a wait for an event behind it.
    Each,
    /// A called workflow.
    Call,
    /// Writes that people decide about.
    Review,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Linear, Self::Branch, Self::Each, Self::Call, Self::Review];

    /// The workflow's id, and its webhook's path.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Branch => "branch",
            Self::Each => "each",
            Self::Call => "call",
            Self::Review => "review",
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// The event that runs of [`Shape::Each`] wait for.
pub const GO: &str = "crash.go";
/// The workflow of [`polled`].
pub const POLLED: &str = "polled";
/// Items of a for-each whose results leave the state: more than one segment.
pub const SEGMENT_ITEMS: usize = 300;

const BILL: &str = "action: accounting.create_invoice, connection: accounting, timeout: 2s, retry: { attempts: 6, over: 30m }";
const ONCE: &str = "action: http.write_once, connection: any, timeout: 2s";
const PAY: &str = "action: accounting.record_payment, connection: accounting, timeout: 2s";
const LINES: &str = "lines: [ { description: Work, quantity: \"1\", unit_price: \"10.00\" } ]";

fn bill(id: &str, name: &str, next: &str) -> String {
    format!(
        "{{ id: {id}, {BILL}, with: {{ customer: cus_0001, reference: \"{{{{ event.id }}}}/{name}\", {LINES} }}{next} }}"
    )
}

/// A payment that cannot be looked up; `index` names it apart inside a for-each.
fn once(id: &str, name: &str, index: &str, next: &str) -> String {
    format!(
        "{{ id: {id}, {ONCE}, with: {{ path: /v1/payments, body: {{ json: {{ invoice_id: \"{{{{ event.invoice }}}}\", \
         amount: \"1.00\", marker: \"{{{{ event.id }}}}/{name}{index}\" }} }} }}{next} }}"
    )
}

fn text(id: &str, trigger: &str, nodes: &[String]) -> String {
    let nodes: Vec<String> = nodes.iter().map(|node| format!("  - {node}\n")).collect();
    format!(
        "workflow: {id}\nowner: team:ops\nsource: desk\ntrigger: {{ id: hook, {trigger} }}\n\
         keys: {{ event: \"{{{{ event.id }}}}\" }}\nnodes:\n{}\
         exceptions: {{ owner: team:ops, backup: person:boss, due: 1 business day }}\n\
         log: {{ retention: 90d }}\nreview: {{ stage: live }}\n",
        nodes.concat()
    )
}

fn hook(id: &str, more: &str, nodes: &[String]) -> String {
    let trigger =
        format!("on: webhook.received, with: {{ path: {id}{more} }}, dedupe: \"{{{{ event.id }}}}\"");
    text(id, &trigger, nodes)
}

/// The text of a shape.
fn shape(shape: Shape) -> String {
    let nodes = match shape {
        Shape::Review => return review::shape(),
        Shape::Linear => vec![
            "{ id: look, action: http.read, connection: any, timeout: 2s, with: { path: /v1/me }, next: bill }".to_owned(),
            bill("bill", "bill", ", next: once"),
            once("once", "once", "", ", next: pay"),
            format!("{{ id: pay, {PAY}, with: {{ invoice: \"{{{{ steps.bill.id }}}}\", amount: \"2.00\" }} }}"),
        ],
        Shape::Branch => vec![
            "{ id: fork, set: { n: 1 }, next: [ left, right ] }".to_owned(),
            bill("left", "left", ", next: both"),
            once("right", "right", "", ", next: both"),
            "{ id: both, join: all, next: after }".to_owned(),
            bill("after", "after", ""),
        ],
        Shape::Each => vec![
            format!(
                "{{ id: items, for_each: \"{{{{ event.items }}}}\", parallel: 2, succeed: all, next: gate, do: [ \
                 {{ id: nap, wait: {{ for: 20ms }}, next: take }}, {} ] }}",
                once("take", "take", "{{ index }}", "")
            ),
            format!("{{ id: gate, wait: {{ event: {GO}, key: \"{{{{ event.id }}}}\", timeout: 1h }}, next: done }}"),
            "{ id: done, set: { n: 1 } }".to_owned(),
        ],
        Shape::Call => vec![
            "{ id: child, call: called, with: { id: \"{{ event.id }}\", invoice: \"{{ event.invoice }}\" }, next: after }".to_owned(),
            once("after", "after", "", ""),
        ],
    };
    hook(shape.id(), "", &nodes)
}

/// Everything that is published before the first life.
pub fn all() -> Vec<String> {
    let mut texts: Vec<String> = vec![
        text("called", "on: throughline.called", &[bill("bill", "child", "")]),
        text("nap", "on: throughline.called", &["{ id: long, wait: { for: 1h } }".to_owned()]),
    ];
    texts.extend(Shape::ALL.map(shape));
    texts.extend(review::all());
    texts.extend([
        hook(
            "reply",
            ", reply: sync",
            &[
                bill("bill", "reply", ", next: answer"),
                "{ id: answer, respond: { status: 200, body: { invoice: \"{{ steps.bill.id }}\" } } }".to_owned(),
            ],
        ),
        hook("large", "", &["{ id: copy, set: { text: \"{{ event.text }}\", more: \"{{ event.id }}\" } }".to_owned()]),
        hook("hold", "", &["{ id: child, call: nap, with: { id: \"{{ event.id }}\" } }".to_owned()]),
        hook(
            "ask",
            "",
            &["{ id: ask, ask: { question: \"What now?\", form: [ { field: word } ], owner: team:ops, due: 1 business day } }"
                .to_owned()],
        ),
        hook(
            "raise",
            "",
            &["{ id: stop, raise: { reason: missing_required, sentence: \"Something is missing here and somebody must say what\", \
               owner: team:ops, due: 4h } }"
                .to_owned()],
        ),
        hook("fails", "", &["{ id: bad, end: { status: failed, output: 1 } }".to_owned()]),
        hook(
            "segments",
            "",
            &["{ id: items, for_each: \"{{ event.items }}\", parallel: 50, do: [ { id: one, set: \"{{ item }}\" } ] }".to_owned()],
        ),
        hook("bill", "", &[bill("bill", "alone", "")]),
        hook("pay", "", &[format!("{{ id: pay, {PAY}, with: {{ invoice: \"{{{{ event.invoice }}}}\", amount: \"3.00\" }} }}")]),
    ]);
    texts
}

/// Asks the CRM each minute, as often as its connector allows.
pub fn polled() -> String {
    let trigger = "on: crm.customer_changed, connection: crm, with: { every: 1m }";
    text(POLLED, trigger, &["{ id: seen, set: \"{{ event.id }}\" }".to_owned()])
}

/// Fires each minute.
pub fn schedule() -> String {
    text(
        "tick",
        "on: schedule.tick, with: { cron: \"* * * * *\", zone: UTC }",
        &["{ id: now, set: 1 }".to_owned()],
    )
    .replace("keys: { event: \"{{ event.id }}\" }\n", "")
}

/// Listens to the ends of runs.
pub fn listener() -> String {
    text("listen", "on: throughline.run_finished", &["{ id: heard, set: \"{{ event.run }}\" }".to_owned()])
        .replace("event: \"{{ event.id }}\"", "of: \"{{ event.run }}\"")
}

/// A workflow that is another one with each number.
pub fn numbered(number: u64) -> String {
    text("numbered", "on: throughline.manual", &[format!("{{ id: one, set: {number} }}")])
}
