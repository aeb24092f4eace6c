//! Forms: a JSON Schema of an object as the fields that a page shows, and what was typed into them as a value of that
//! schema. Hosted forms that start workflows and the page of a question to a person are the same thing here.

mod build;
mod read;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

/// Most fields of a form.
pub const MAX_FIELDS: usize = 100;
/// Most options of a choice.
pub const MAX_OPTIONS: usize = 500;
/// A text that may be longer than this gets several lines.
pub const LONG_TEXT: u64 = 200;

/// What was typed, by field; a list where there are several boxes to tick.
pub type Typed = BTreeMap<String, Vec<String>>;

/// A form that a page can show.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Fields, in the order of the schema.
    pub fields: Vec<Field>,
    schema: Value,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The property.
    pub name: String,
    /// What it is called on the page.
    pub label: String,
    /// What helps to fill it.
    pub help: Option<String>,
    /// It cannot be left out.
    pub required: bool,
    /// What it is filled with.
    pub control: Control,
    /// What stands in it at first.
    pub initial: Vec<String>,
}

/// What a field is filled with.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    /// One line of text.
    Line {
        /// What kind of text.
        kind: Line,
        /// Most characters.
        max: Option<u64>,
    },
    /// Several lines of text.
    Lines {
        /// Most characters.
        max: u64,
    },
    /// A number.
    Number {
        /// Without a fraction.
        whole: bool,
        /// Smallest.
        min: Option<Value>,
        /// Largest.
        max: Option<Value>,
    },
    /// A box to tick.
    Tick {
        /// It must be ticked: consent.
        must: bool,
    },
    /// One of several.
    One(Vec<Choice>),
    /// Any of several.
    Several(Vec<Choice>),
    /// Nothing: the schema names the value, and the page does not show it.
    Fixed(Value),
}

/// What kind of text a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Any.
    Text,
    /// A mail address.
    Email,
    /// A web address.
    Uri,
    /// A day.
    Date,
    /// A day and a time of the form's time zone.
    Moment,
}

/// One option of a choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What is sent when it is chosen.
    pub key: String,
    /// What it is called on the page.
    pub label: String,
    /// What it becomes.
    pub value: Value,
}

/// Why a schema cannot be shown as a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unshowable {
    /// JSON Pointer within the schema.
    pub pointer: String,
    /// What is wrong, in words.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

/// What does not fit of what was typed, in words for who typed it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Misfits {
    /// Of the form as a whole.
    pub form: Vec<String>,
    /// By field.
    pub fields: BTreeMap<String, Vec<String>>,
}

impl Misfits {
    fn is_empty(&self) -> bool {
        self.form.is_empty() && self.fields.is_empty()
    }

    fn at(&mut self, field: &str, words: impl Into<String>) {
        self.fields.entry(field.to_owned()).or_default().push(words.into());
    }
}
