//! The keys of one mapping: each is read once, what is left over is unknown.

use serde_json::{Map, Value};

use crate::hint::did_you_mean;
use crate::json::escape_pointer;
use crate::workflow::duration::{DUE_FORM, DURATION_FORM, parse_ms};
use crate::workflow::problem::Problems;
use crate::workflow::{Due, Owner};

/// Unknown keys told of one mapping.
const MAX_UNKNOWN: usize = 50;

/// A mapping while it is read.
pub(super) struct Fields<'v> {
    map: &'v Map<String, Value>,
    path: String,
    known: Vec<&'static str>,
}

/// What a value is, for messages.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

impl<'v> Fields<'v> {
    /// The mapping at `path`, or an error and `None`.
    pub(super) fn of(
        value: &'v Value,
        path: &str,
        expected: &str,
        problems: &mut Problems<'_>,
    ) -> Option<Self> {
        if let Value::Object(map) = value {
            return Some(Self { map, path: path.to_owned(), known: Vec::new() });
        }
        problems.error("TL0107", path, format!("this is {}", kind(value))).expected(expected);
        None
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn at(&self, key: &str) -> String {
        format!("{}/{}", self.path, escape_pointer(key))
    }

    /// Keys that are known though nobody reads them here.
    pub(super) fn expect(&mut self, keys: &[&'static str]) {
        self.known.extend(keys);
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.map.get(key).is_some_and(|value| !value.is_null())
    }

    /// The key stands there, with or without a value.
    pub(super) fn present(&mut self, key: &'static str) -> bool {
        let present = self.map.contains_key(key);
        if present {
            self.known.push(key);
        }
        present
    }

    /// A key nobody knows that is close to one of these.
    pub(super) fn unknown_like(&self, names: &[&'static str]) -> Option<(String, &'static str)> {
        let unknown = self.map.keys().filter(|key| !self.known.contains(&key.as_str()));
        unknown
            .into_iter()
            .find_map(|key| did_you_mean(key, names.iter().copied()).map(|name| (key.clone(), name)))
    }

    /// The value of a key; nothing is as good as absent.
    pub(super) fn get(&mut self, key: &'static str) -> Option<&'v Value> {
        self.known.push(key);
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// The value of a key, `null` included.
    pub(super) fn get_even_null(&mut self, key: &'static str) -> Option<&'v Value> {
        self.known.push(key);
        self.map.get(key)
    }

    pub(super) fn text(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<String> {
        let value = self.get(key)?;
        if let Value::String(text) = value {
            return Some(text.clone());
        }
        let problem = problems.error("TL0107", &self.at(key), format!("`{key}` is {}", kind(value)));
        problem.expected("a text");
        if !value.is_array() && !value.is_object() {
            problem.hint("put quotes around it");
        } else if is_bare_expression(value) {
            problem.hint("put quotes around a value with `{{ … }}`");
        }
        None
    }

    pub(super) fn required_text(
        &mut self,
        key: &'static str,
        what: &str,
        problems: &mut Problems<'_>,
    ) -> String {
        if !self.has(key) {
            self.missing(key, what, problems);
        }
        self.text(key, problems).unwrap_or_default()
    }

    pub(super) fn missing(&mut self, key: &'static str, what: &str, problems: &mut Problems<'_>) {
        self.known.push(key);
        problems.error("TL0106", &self.at(key), format!("`{key}` is missing")).expected(what);
    }

    pub(super) fn owner(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<Owner> {
        let text = self.text(key, problems)?;
        let owner = Owner::parse(&text);
        if owner.is_none() {
            problems
                .error("TL0107", &self.at(key), format!("`{text}` is not an owner"))
                .expected("team:billing, person:office or role:field_lead");
        }
        owner
    }

    pub(super) fn required_owner(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Owner {
        if !self.has(key) {
            self.missing(key, "team:billing, person:office or role:field_lead", problems);
        }
        self.owner(key, problems).unwrap_or(Owner(String::new()))
    }

    pub(super) fn due(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<Due> {
        let text = self.text(key, problems)?;
        Due::parse(&text)
            .map_err(|message| problems.error("TL0107", &self.at(key), message).expected(DUE_FORM).severity)
            .ok()
    }

    pub(super) fn duration(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<u64> {
        let text = self.text(key, problems)?;
        match parse_ms(&text) {
            Ok(0) => {
                problems
                    .error("TL0107", &self.at(key), format!("`{key}` is no time at all"))
                    .expected(DURATION_FORM);
                None
            }
            Ok(ms) => Some(ms),
            Err(message) => {
                problems.error("TL0107", &self.at(key), message).expected(DURATION_FORM);
                None
            }
        }
    }

    pub(super) fn number(
        &mut self,
        key: &'static str,
        range: std::ops::RangeInclusive<u32>,
        problems: &mut Problems<'_>,
    ) -> Option<u32> {
        let value = self.get(key)?;
        let number =
            value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(|n| range.contains(n));
        if number.is_none() {
            problems.error("TL0107", &self.at(key), format!("`{key}` is {value}")).expected(format!(
                "a whole number from {} to {}",
                range.start(),
                range.end()
            ));
        }
        number
    }

    pub(super) fn map(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Map<String, Value> {
        match self.get(key) {
            None => Map::new(),
            Some(Value::Object(map)) => map.clone(),
            Some(value) => {
                let problem = problems.error("TL0107", &self.at(key), format!("`{key}` is {}", kind(value)));
                problem.expected("a mapping: `name: value`");
                Map::new()
            }
        }
    }

    /// A mapping of texts.
    pub(super) fn texts(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<(String, String)> {
        let path = self.at(key);
        self.map(key, problems)
            .into_iter()
            .filter_map(|(name, value)| {
                if let Value::String(text) = value {
                    return Some((name, text));
                }
                let path = format!("{path}/{}", escape_pointer(&name));
                problems
                    .error("TL0107", &path, format!("`{name}` is {}", kind(&value)))
                    .expected("a text in quotes");
                None
            })
            .collect()
    }

    /// A list of texts.
    pub(super) fn list(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<String> {
        let path = self.at(key);
        match self.get(key) {
            None => Vec::new(),
            Some(Value::Array(items)) => {
                let texts = items.iter().enumerate().map(|(index, item)| {
                    if !item.is_string() {
                        let path = format!("{path}/{index}");
                        problems.error("TL0107", &path, format!("this is {}", kind(item))).expected("a text");
                    }
                    item.as_str().unwrap_or_default().to_owned()
                });
                texts.collect()
            }
            Some(value) => {
                problems
                    .error("TL0107", &path, format!("`{key}` is {}", kind(value)))
                    .expected("a list of texts");
                Vec::new()
            }
        }
    }

    /// One node id or a list of them.
    pub(super) fn next(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<String> {
        match self.get(key) {
            Some(Value::String(id)) => vec![id.clone()],
            Some(Value::Array(_)) => {
                let targets = self.list(key, problems);
                for (index, target) in targets.iter().enumerate() {
                    if targets[..index].contains(target) {
                        let path = format!("{}/{index}", self.at(key));
                        problems.error("TL0107", &path, format!("`{target}` stands twice in `{key}`"));
                    }
                }
                targets
            }
            Some(value) => {
                let problem = problems.error("TL0107", &self.at(key), format!("`{key}` is {}", kind(value)));
                problem.expected("a node's id, or a list of ids");
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    pub(super) fn schema(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<Value> {
        let value = self.get(key)?;
        check_schema(value, &self.at(key), problems);
        Some(value.clone())
    }

    /// True or false; false where absent.
    pub(super) fn flag(&mut self, key: &'static str, problems: &mut Problems<'_>) -> bool {
        match self.get(key) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(other) => {
                let words = format!("`{key}` is {}", kind(other));
                problems.error("TL0107", &self.at(key), words).expected("true or false");
                false
            }
        }
    }

    /// One of a few words.
    pub(super) fn choice<T: serde::de::DeserializeOwned>(
        &mut self,
        key: &'static str,
        words: &[&str],
        problems: &mut Problems<'_>,
    ) -> Option<T> {
        let text = self.text(key, problems)?;
        let found = serde_json::from_value(Value::from(text.as_str())).ok();
        if found.is_none() {
            problems
                .error("TL0107", &self.at(key), format!("`{text}` is not a {key}"))
                .expected(words.join(", "))
                .maybe_hint(
                    did_you_mean(&text, words.iter().copied()).map(|word| format!("did you mean `{word}`?")),
                );
        }
        found
    }

    /// What nobody asked for is an error.
    pub(super) fn finish(self, problems: &mut Problems<'_>) {
        let mut known = self.known;
        known.sort_unstable();
        known.dedup();
        let unknown = self.map.keys().filter(|key| !known.contains(&key.as_str()) && *key != "<<");
        for key in unknown.take(MAX_UNKNOWN) {
            let shown: String = key.chars().take(60).collect();
            let path = format!("{}/{}", self.path, escape_pointer(key));
            problems
                .error_at_key("TL0105", &path, format!("the key `{shown}` is not known here"))
                .expected(format!("one of: {}", known.join(", ")))
                .maybe_hint(
                    did_you_mean(key, known.iter().copied()).map(|name| format!("did you mean `{name}`?")),
                );
        }
    }
}

/// `{{ x }}` without quotes is a mapping with a mapping as its key.
fn is_bare_expression(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

pub(super) fn check_schema(value: &Value, path: &str, problems: &mut Problems<'_>) {
    if !value.is_object() {
        problems.error("TL0107", path, format!("this is {}", kind(value))).expected("a JSON Schema");
    } else if let Err(error) = jsonschema::validator_for(value) {
        problems.error("TL0107", path, format!("this is not a JSON Schema: {error}"));
    }
}
