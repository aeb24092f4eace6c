//! Checking what a caller sends: every problem at once, each with its field.

use serde_json::{Map, Value, json};

use crate::call::Reply;

/// The fields of a request body and what is wrong with them.
pub(crate) struct Form<'a> {
    fields: &'a Map<String, Value>,
    issues: Vec<Value>,
}

impl<'a> Form<'a> {
    /// A form with these fields; a field that is not `known` is an issue.
    pub(crate) fn new(fields: &'a Map<String, Value>, known: &[&str]) -> Self {
        let mut form = Self { fields, issues: Vec::new() };
        for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
            form.issue(name, "is not a field here");
        }
        form
    }

    /// Notes what is wrong with a field.
    pub(crate) fn issue(&mut self, field: &str, message: &str) {
        self.issues.push(json!({ "field": field, "message": message }));
    }

    /// Whether the field was sent at all, be it `null`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// The field's value, if there is one.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// Text of 1 to `max` characters; empty, with an issue noted, if it is anything else.
    pub(crate) fn required_text(&mut self, name: &str, max: usize) -> String {
        let given = self.optional_text(name, max);
        if given.is_none() && !self.has_issue(name) {
            self.issue(name, "is required");
        }
        given.unwrap_or_default()
    }

    /// Text of 1 to `max` characters, or nothing.
    pub(crate) fn optional_text(&mut self, name: &str, max: usize) -> Option<String> {
        match self.value(name)? {
            Value::String(text) if text.trim().is_empty() => self.issue(name, "must not be empty"),
            Value::String(text) if text.chars().count() > max => {
                self.issue(name, &format!("has more than {max} characters"));
            }
            Value::String(text) => return Some(text.clone()),
            _ => self.issue(name, "must be text"),
        }
        None
    }

    /// One of a few words; `default` if not given.
    pub(crate) fn word(&mut self, name: &str, words: &[&str], default: &str) -> String {
        let text = self.optional_text(name, 40).unwrap_or_else(|| default.to_owned());
        if !words.contains(&text.as_str()) {
            self.issue(name, &format!("must be one of {}", words.join(", ")));
        }
        text
    }

    /// A list of texts; empty if not given.
    pub(crate) fn texts(&mut self, name: &str, max_items: usize) -> Vec<String> {
        let Some(value) = self.value(name) else { return Vec::new() };
        let items = value.as_array().map(Vec::as_slice);
        let texts: Option<Vec<String>> = items.and_then(|items| {
            items
                .iter()
                .map(|item| item.as_str().filter(|text| !text.is_empty()).map(str::to_owned))
                .collect()
        });
        match texts {
            Some(texts) if texts.len() <= max_items => return texts,
            Some(_) => self.issue(name, &format!("has more than {max_items} items")),
            None => self.issue(name, "must be a list of texts"),
        }
        Vec::new()
    }

    /// An email address: something on both sides of one `@`.
    pub(crate) fn email(&mut self, name: &str) -> String {
        let text = self.required_text(name, 254);
        let valid = text.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && host.contains('.')
                && !host.contains('@')
                && !text.contains(char::is_whitespace)
        });
        if !valid && !self.has_issue(name) {
            self.issue(name, "must be an email address");
        }
        text
    }

    /// Whether something is wrong with this field already.
    pub(crate) fn has_issue(&self, name: &str) -> bool {
        self.issues.iter().any(|issue| issue["field"] == name)
    }

    /// Nothing if all is well, else the 422 that lists the issues.
    pub(crate) fn finish(self) -> Result<(), Reply> {
        if self.issues.is_empty() {
            return Ok(());
        }
        let message = format!("{} of the fields cannot be accepted", self.issues.len());
        Err(Reply::new(422, json!({ "code": "invalid", "message": message, "issues": self.issues })))
    }
}
