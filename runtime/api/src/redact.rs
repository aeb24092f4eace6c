//! Values nobody is shown: those at the workflow's `log.redact` paths and those a schema marks `x-secret` or
//! `x-sensitive`. They are hidden where they stand, and wherever the same value was copied to.

use std::collections::BTreeSet;

use serde_json::Value;
use throughline_domain::connector::secret::{Path, secret_paths};

use crate::error::ApiError;
use crate::view::run::FailureView;

/// What stands in place of a hidden value.
pub(crate) const MASK: &str = "•••";
/// Shortest text that is looked for elsewhere: a shorter one would hide half of every page.
const LEAST_COPY: usize = 4;

/// What is hidden in one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redaction {
    /// Paths with their root: `["event", "card"]`, `["steps", "job", "customer", "phone"]`.
    paths: Vec<Path>,
    /// Hidden texts that may stand elsewhere too, longest first.
    copies: BTreeSet<Copied>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Copied(String);

impl Ord for Copied {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.0.len().cmp(&self.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Copied {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Redaction {
    /// From the paths of `log.redact`.
    pub(crate) fn new<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        Self { paths: paths.into_iter().map(parse).collect(), copies: BTreeSet::new() }
    }

    /// Adds what a schema marks as secret, below a root such as `["steps", "job"]`.
    pub(crate) fn add_schema(&mut self, root: &[&str], schema: &Value) {
        for path in secret_paths(schema) {
            self.paths.push(root.iter().map(|part| (*part).to_owned()).chain(path).collect());
        }
    }

    /// Adds everything below a root.
    pub(crate) fn add(&mut self, root: &[&str]) {
        self.paths.push(root.iter().map(|part| (*part).to_owned()).collect());
    }

    /// True if nothing is hidden.
    pub(crate) fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Hides what stands at the paths below a root, and remembers it for [`Redaction::hide_copies`].
    pub(crate) fn hide(&mut self, root: &[&str], value: &mut Value) {
        let mut found = Vec::new();
        for path in &self.paths {
            if let Some(rest) = below(path, root) {
                mask(value, rest, &mut found);
            }
        }
        for value in found {
            self.remember(&value);
        }
    }

    fn remember(&mut self, value: &Value) {
        match value {
            Value::String(text) if text.chars().count() >= LEAST_COPY => {
                self.copies.insert(Copied(text.clone()));
            }
            Value::Number(number) if number.to_string().len() >= LEAST_COPY => {
                self.copies.insert(Copied(number.to_string()));
            }
            Value::Array(items) => items.iter().for_each(|item| self.remember(item)),
            Value::Object(fields) => fields.values().for_each(|item| self.remember(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Also hides the copies that another one remembers.
    pub(crate) fn take_copies(&mut self, other: Self) {
        self.copies.extend(other.copies);
    }

    /// Hides copies in what a failure says.
    pub(crate) fn hide_in_failure(&self, failure: &mut FailureView) {
        self.hide_in_text(&mut failure.message);
        failure.detail.iter_mut().for_each(|detail| self.hide_copies(detail));
    }

    /// Hides every copy of what was hidden so far.
    pub(crate) fn hide_copies(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.hide_in_text(text),
            Value::Number(number) => {
                if self.copies.contains(&Copied(number.to_string())) {
                    *value = Value::String(MASK.to_owned());
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide_copies(item)),
            Value::Object(fields) => fields.values_mut().for_each(|item| self.hide_copies(item)),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Hides every copy in a text.
    pub(crate) fn hide_in_text(&self, text: &mut String) {
        for Copied(copy) in &self.copies {
            if text.contains(copy.as_str()) {
                *text = text.replace(copy.as_str(), MASK);
            }
        }
    }
}

/// Refuses a value that a person edited without what is hidden of it.
pub(crate) fn refuse_masked<'a>(edited: impl IntoIterator<Item = &'a Option<Value>>) -> Result<(), ApiError> {
    if edited.into_iter().flatten().any(is_masked) {
        return Err(ApiError::bad_parameter(format!(
            "`{MASK}` stands for a value that is hidden, and would be written as it is: write the whole value"
        )));
    }
    Ok(())
}

/// Something that was hidden stands in it.
fn is_masked(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(MASK),
        Value::Array(items) => items.iter().any(is_masked),
        Value::Object(fields) => fields.values().any(is_masked),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Puts back what was hidden from whoever edited a value and left it as it was. False: something hidden stands where it
/// did not, and would be written as the mask.
pub(crate) fn unmask(original: &Value, shown: &Value, edited: &mut Value) -> bool {
    match edited {
        Value::String(text) if text.contains(MASK) => {
            let same = shown.as_str() == Some(text.as_str());
            if same {
                *edited = original.clone();
            }
            same
        }
        Value::Array(items) => {
            let pair = |index: usize| (original.get(index), shown.get(index));
            all(items.iter_mut().enumerate().map(|(index, item)| (pair(index), item)))
        }
        Value::Object(fields) => {
            let pair = |name: &String| (original.get(name), shown.get(name));
            all(fields.iter_mut().map(|(name, item)| (pair(name), item)))
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

fn all<'v>(parts: impl Iterator<Item = ((Option<&'v Value>, Option<&'v Value>), &'v mut Value)>) -> bool {
    let mut good = true;
    for ((original, shown), part) in parts {
        good &= unmask(original.unwrap_or(&Value::Null), shown.unwrap_or(&Value::Null), part);
    }
    good
}

/// `steps.job.lines[0].price` → its names; indexes and `*` are left out.
fn parse(path: &str) -> Path {
    path.split(['.', '[', ']'])
        .map(|part| part.trim_matches(['"', '\'']))
        .filter(|part| !part.is_empty() && *part != "*" && part.parse::<u64>().is_err())
        .map(str::to_owned)
        .collect()
}

/// The part of a path below a root; a path that ends above the root hides all below it.
fn below<'a>(path: &'a [String], root: &[&str]) -> Option<&'a [String]> {
    let common = path.len().min(root.len());
    (!path.is_empty() && path[..common].iter().zip(root).all(|(a, b)| a == b)).then(|| &path[common..])
}

/// Replaces what stands at a path; lists stand for each of their items.
fn mask(value: &mut Value, path: &[String], found: &mut Vec<Value>) {
    let Some((name, rest)) = path.split_first() else {
        if !value.is_null() {
            found.push(std::mem::replace(value, Value::String(MASK.to_owned())));
        }
        return;
    };
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, path, found)),
        Value::Object(fields) => {
            if let Some(field) = fields.get_mut(name) {
                mask(field, rest, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_hides_its_value_in_every_item() {
        let mut redaction =
            Redaction::new(["steps.job.customer.phone", "steps.job.lines[*].price", "event.card"]);
        let mut output = json!({ "customer": { "phone": "+44 7700 900123", "name": "Ada" }, "lines": [{ "price": 1 }, { "price": 2, "qty": 3 }] });
        redaction.hide(&["steps", "job"], &mut output);
        assert_eq!(
            output,
            json!({ "customer": { "phone": MASK, "name": "Ada" }, "lines": [{ "price": MASK }, { "price": MASK, "qty": 3 }] })
        );
        let mut other = json!({ "customer": { "phone": "1" } });
        redaction.hide(&["steps", "other"], &mut other);
        assert_eq!(other, json!({ "customer": { "phone": "1" } }));
        let mut event = json!({ "card": { "number": "4242424242424242" } });
        redaction.hide(&["event"], &mut event);
        assert_eq!(event, json!({ "card": MASK }));
    }

    #[test]
    fn copies_are_hidden_too() {
        let mut redaction = Redaction::new(["steps.job.phone", "event.account"]);
        redaction.hide(&["steps", "job"], &mut json!({ "phone": "+44 7700 900123" }));
        redaction
            .hide(&["event"], &mut json!({ "account": { "no": 12_345_678, "open": true, "kind": "a" } }));
        let mut input = json!({ "to": "+44 7700 900123", "text": "Call +44 7700 900123 today", "account": 12_345_678, "kind": "a", "open": true });
        redaction.hide_copies(&mut input);
        assert_eq!(
            input,
            json!({ "to": MASK, "text": format!("Call {MASK} today"), "account": MASK, "kind": "a", "open": true })
        );
    }

    #[test]
    fn a_path_to_a_whole_step_hides_all_of_it() {
        let mut redaction = Redaction::new(["steps.job"]);
        let mut output = json!({ "a": 1 });
        redaction.hide(&["steps", "job"], &mut output);
        assert_eq!(output, json!(MASK));
        let mut nothing = json!(null);
        redaction.hide(&["steps", "job"], &mut nothing);
        assert_eq!(nothing, json!(null));
    }

    #[test]
    fn a_schema_marks_its_secrets_wherever_they_are() {
        let schema = json!({
            "type": "object",
            "properties": {
                "token": { "type": "string", "x-secret": true },
                "people": { "type": "array", "items": { "$ref": "#/$defs/person" } },
                "either": { "oneOf": [{ "properties": { "pin": { "x-sensitive": true } } }] }
            },
            "$defs": { "person": { "properties": { "mail": { "x-sensitive": true }, "friend": { "$ref": "#/$defs/person" } } } }
        });
        let mut redaction = Redaction::default();
        redaction.add_schema(&["steps", "read"], &schema);
        let mut output = json!({ "token": "abcdef", "people": [{ "mail": "a@b.c", "friend": { "mail": "d@e.f" } }], "either": { "pin": 1 } });
        redaction.hide(&["steps", "read"], &mut output);
        assert_eq!(
            output,
            json!({ "token": MASK, "people": [{ "mail": MASK, "friend": { "mail": MASK } }], "either": { "pin": MASK } })
        );
    }

    #[test]
    fn what_was_hidden_from_an_editor_is_put_back_where_it_stood_and_nowhere_else() {
        let original =
            json!({ "to": "ada@example.org", "lines": [{ "iban": "GB33", "amount": 7 }], "note": "x" });
        let shown = json!({ "to": MASK, "lines": [{ "iban": MASK, "amount": 7 }], "note": "x" });
        let mut edited = shown.clone();
        edited["lines"][0]["amount"] = json!(8);
        assert!(unmask(&original, &shown, &mut edited));
        assert_eq!(
            edited,
            json!({ "to": "ada@example.org", "lines": [{ "iban": "GB33", "amount": 8 }], "note": "x" })
        );
        for (path, value) in [("note", MASK), ("new", MASK), ("to", "•••x")] {
            let mut moved = shown.clone();
            moved[path] = json!(value);
            assert!(!unmask(&original, &shown, &mut moved), "{path}");
        }
    }
}
