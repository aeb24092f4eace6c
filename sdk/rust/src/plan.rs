//! What a write would do (preview), and whether it did (reconcile).

use serde::Serialize;
use serde_json::Value;

use crate::fail::Result;

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A new record.
    Create,
    /// A changed record.
    Update,
    /// A removed record.
    Delete,
    /// A message to somebody.
    Send,
    /// Anything else that happens once.
    Call,
}

/// One change of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What kind.
    pub kind: ChangeKind,
    /// What is changed: `invoice`, `customer`.
    pub target: String,
    /// Its id, where there is one yet.
    pub id: Option<String>,
    /// Before.
    pub before: Option<Value>,
    /// After.
    pub after: Option<Value>,
    /// A note for the person who decides.
    pub note: Option<String>,
}

/// What a write would do. The class (effect, undo) is added from the declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub(crate) summary: String,
    pub(crate) changes: Vec<Change>,
    pub(crate) precondition: Option<Value>,
    pub(crate) money: Option<(String, String)>,
    pub(crate) complete: bool,
}

impl Plan {
    /// A new record.
    pub fn create(target: &str, after: &impl Serialize) -> Self {
        Self::of(ChangeKind::Create, target, None, None, json(after))
    }

    /// A changed record.
    pub fn update(
        target: &str,
        id: impl Into<String>,
        before: &impl Serialize,
        after: &impl Serialize,
    ) -> Self {
        Self::of(ChangeKind::Update, target, Some(id.into()), json(before), json(after))
    }

    /// A removed record.
    pub fn delete(target: &str, id: impl Into<String>, before: &impl Serialize) -> Self {
        Self::of(ChangeKind::Delete, target, Some(id.into()), json(before), None)
    }

    /// A message to somebody.
    pub fn send(target: &str, message: &impl Serialize) -> Self {
        Self::of(ChangeKind::Send, target, None, None, json(message))
    }

    /// Anything else that happens once.
    pub fn call(target: &str, what: &impl Serialize) -> Self {
        Self::of(ChangeKind::Call, target, None, None, json(what))
    }

    fn of(
        kind: ChangeKind,
        target: &str,
        id: Option<String>,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Self {
        let verb = match kind {
            ChangeKind::Create => "create",
            ChangeKind::Update => "update",
            ChangeKind::Delete => "delete",
            ChangeKind::Send => "send",
            ChangeKind::Call => "call",
        };
        let summary = match &id {
            Some(id) => format!("{verb} {target} {id}"),
            None => format!("{verb} {target}"),
        };
        let change = Change { kind, target: target.to_owned(), id, before, after, note: None };
        Self { summary, changes: vec![change], precondition: None, money: None, complete: true }
    }

    /// One line for the person who decides; made from the change unless said.
    #[must_use]
    pub fn summary(mut self, text: impl Into<String>) -> Self {
        self.summary = text.into();
        self
    }

    /// A note on the latest change.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        if let Some(change) = self.changes.last_mut() {
            change.note = Some(text.into());
        }
        self
    }

    /// A note where `condition` holds.
    #[must_use]
    pub fn note_if(self, condition: bool, text: impl Into<String>) -> Self {
        if condition { self.note(text) } else { self }
    }

    /// The id of the latest change's record.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        if let Some(change) = self.changes.last_mut() {
            change.id = Some(id.into());
        }
        self
    }

    /// Adds the changes of another plan.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.changes.extend(other.changes);
        self.complete &= other.complete;
        self
    }

    /// What must still hold when the write is sent: an etag, a version. `Cx::precondition` gives it to the action,
    /// which fails with `conflict` when the record moved.
    #[must_use]
    pub fn precondition(mut self, value: impl Into<Value>) -> Self {
        self.precondition = Some(value.into());
        self
    }

    /// Money that moves: decimal text and an ISO 4217 code.
    #[must_use]
    pub fn money(mut self, amount: impl Into<String>, currency: impl Into<String>) -> Self {
        self.money = Some((amount.into(), currency.into()));
        self
    }

    /// The remote may do more than the plan can tell.
    #[must_use]
    pub fn best_effort(mut self) -> Self {
        self.complete = false;
        self
    }

    /// The line for the person who decides.
    pub fn text(&self) -> &str {
        &self.summary
    }

    /// The changes.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }
}

fn json(value: &impl Serialize) -> Option<Value> {
    serde_json::to_value(value).ok().filter(|v| !v.is_null())
}

/// Did a write land?
#[derive(Clone, Debug, PartialEq)]
pub enum Landed<T> {
    /// Yes: this is what the action would have returned.
    Applied(T),
    /// No, and it will not.
    NotApplied,
    /// It cannot be told: a person decides.
    Unknown,
}

impl<T> Landed<T> {
    /// None: not applied. One: applied. More: it cannot be told which is ours.
    pub fn from_found(found: impl IntoIterator<Item = T>) -> Self {
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some(one), None) => Self::Applied(one),
            (None, _) => Self::NotApplied,
            (Some(_), Some(_)) => Self::Unknown,
        }
    }

    /// The same answer about another form of the record.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Landed<U> {
        match self {
            Self::Applied(value) => Landed::Applied(f(value)),
            Self::NotApplied => Landed::NotApplied,
            Self::Unknown => Landed::Unknown,
        }
    }
}

impl<T: Serialize> Landed<T> {
    pub(crate) fn into_json(self) -> Result<Landed<Value>> {
        Ok(match self {
            Self::Applied(value) => Landed::Applied(crate::outcome::to_value(&value)?),
            Self::NotApplied => Landed::NotApplied,
            Self::Unknown => Landed::Unknown,
        })
    }
}
