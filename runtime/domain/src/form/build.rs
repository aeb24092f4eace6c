//! From a schema to the fields of a page, or to everything that a page cannot show.

use serde_json::{Map, Value};

use super::{Choice, Control, Field, Form, LONG_TEXT, Line, MAX_FIELDS, MAX_OPTIONS, Unshowable};
use crate::json::escape_pointer;

const KINDS: &str = "a form shows texts, numbers, yes or no, choices (`enum`) and lists of choices; take what is deeper from another system, or ask for it in fields of its own";

impl Form {
    /// The form of a schema.
    pub fn of(schema: &Value) -> Result<Self, Vec<Unshowable>> {
        let mut problems = Vec::new();
        let properties = schema.get("properties").and_then(Value::as_object).filter(|all| !all.is_empty());
        let Some(properties) = properties else {
            let hint = "write `type: object` with `properties`: each one is a field";
            return Err(vec![unshowable("", "a form needs properties to ask for", hint)]);
        };
        if schema.get("type").is_some_and(|kind| kind != "object") {
            let hint = "write `type: object`";
            problems.push(unshowable("/type", "what a form gives is an object", hint));
        }
        if properties.len() > MAX_FIELDS {
            let message = format!("a form has at most {MAX_FIELDS} fields; these are {}", properties.len());
            problems.push(unshowable("/properties", message, "ask for less, or in two forms"));
            return Err(problems);
        }
        let required = names(schema);
        for (index, name) in required.iter().enumerate().filter(|(_, name)| !properties.contains_key(**name))
        {
            let message =
                format!("`{name}` is required, and there is no such property: nobody could fill it");
            let hint = "add the property, or take it from `required`";
            problems.push(unshowable(&format!("/required/{index}"), message, hint));
        }
        let mut fields = Vec::with_capacity(properties.len());
        for (name, property) in properties {
            match field(name, property, required.contains(&name.as_str())) {
                Ok(field) => fields.push(field),
                Err((message, hint)) => {
                    let pointer = format!("/properties/{}", escape_pointer(name));
                    problems.push(unshowable(&pointer, message, hint));
                }
            }
        }
        if problems.is_empty() { Ok(Self { fields, schema: schema.clone() }) } else { Err(problems) }
    }

    /// The schema it is of.
    pub fn schema(&self) -> &Value {
        &self.schema
    }
}

fn unshowable(pointer: &str, message: impl Into<String>, hint: &'static str) -> Unshowable {
    Unshowable { pointer: pointer.to_owned(), message: message.into(), hint }
}

fn names(schema: &Value) -> Vec<&str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

type Refused = (String, &'static str);

fn field(name: &str, property: &Value, required: bool) -> Result<Field, Refused> {
    if name.is_empty() || name.chars().count() > 64 || name.starts_with('_') {
        let message = format!("`{name}` cannot be the name of a field");
        return Err((message, "a field's name has 1 to 64 characters and does not begin with `_`"));
    }
    let schema =
        property.as_object().ok_or_else(|| (format!("`{name}` does not say what it holds"), KINDS))?;
    let text = |key: &str| {
        let text = schema.get(key).and_then(Value::as_str).map(str::trim);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let control = control(name, schema)?;
    Ok(Field {
        label: text("title").unwrap_or_else(|| spoken(name)),
        help: text("description"),
        required,
        initial: schema.get("default").map(|default| initial(&control, default)).unwrap_or_default(),
        control,
        name: name.to_owned(),
    })
}

/// `customer_name` as people write it: Customer name.
fn spoken(name: &str) -> String {
    let mut words = name.replace(['_', '-'], " ");
    if let Some(first) = words.chars().next() {
        words.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    }
    words
}

fn control(name: &str, schema: &Map<String, Value>) -> Result<Control, Refused> {
    if let Some(fixed) = schema.get("const") {
        return Ok(if *fixed == Value::Bool(true) {
            Control::Tick { must: true }
        } else {
            Control::Fixed(fixed.clone())
        });
    }
    if let Some(choices) = choices(name, schema)? {
        return Ok(Control::One(choices));
    }
    let number = |key: &str| schema.get(key).filter(|value| value.is_number()).cloned();
    match kind(schema) {
        Some("string") => Ok(line(schema)),
        Some(kind @ ("integer" | "number")) => {
            Ok(Control::Number { whole: kind == "integer", min: number("minimum"), max: number("maximum") })
        }
        Some("boolean") => Ok(Control::Tick { must: false }),
        Some("array") => {
            let items = schema.get("items").and_then(Value::as_object);
            match items.map(|items| choices(name, items)).transpose()?.flatten() {
                Some(choices) => Ok(Control::Several(choices)),
                None => Err((format!("`{name}` is a list of anything, which a form cannot show"), KINDS)),
            }
        }
        Some("object") => Err((format!("`{name}` is an object, which a form cannot show"), KINDS)),
        _ => Err((format!("`{name}` does not say which one type it has"), KINDS)),
    }
}

/// The type; one that may also be null is a field that may stay empty.
fn kind(schema: &Map<String, Value>) -> Option<&str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null");
            let first = kinds.next();
            first.filter(|_| kinds.next().is_none())
        }
        _ => None,
    }
}

fn line(schema: &Map<String, Value>) -> Control {
    let max = schema.get("maxLength").and_then(Value::as_u64);
    let kind = match schema.get("format").and_then(Value::as_str) {
        Some("email" | "idn-email") => Line::Email,
        Some("uri" | "iri" | "url") => Line::Uri,
        Some("date") => Line::Date,
        Some("date-time") => Line::Moment,
        _ => Line::Text,
    };
    match max {
        Some(max) if max > LONG_TEXT && kind == Line::Text => Control::Lines { max },
        max => Control::Line { kind, max },
    }
}

/// The options of `enum`, or of `oneOf` with a `const` and a `title` each.
fn choices(name: &str, schema: &Map<String, Value>) -> Result<Option<Vec<Choice>>, Refused> {
    let listed = schema.get("enum").and_then(Value::as_array);
    let titled = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(*key).and_then(Value::as_array));
    let options: Vec<(Value, Option<String>)> = match (listed, titled) {
        (Some(values), _) => values.iter().map(|value| (value.clone(), None)).collect(),
        (None, Some(parts)) if parts.iter().all(|part| part.get("const").is_some()) => parts
            .iter()
            .map(|part| (part["const"].clone(), part["title"].as_str().map(str::to_owned)))
            .collect(),
        _ => return Ok(None),
    };
    let mut choices: Vec<Choice> = Vec::with_capacity(options.len());
    for (value, title) in options.into_iter().filter(|(value, _)| !value.is_null()) {
        let key = key(&value);
        if value.is_object()
            || value.is_array()
            || key.is_empty()
            || choices.iter().any(|other| other.key == key)
        {
            let message = format!("`{name}` has an option that a form cannot show: {value}");
            return Err((message, "options are texts, numbers, true and false, each written in its own way"));
        }
        choices.push(Choice { label: title.unwrap_or_else(|| key.clone()), key, value });
    }
    if choices.is_empty() || choices.len() > MAX_OPTIONS {
        let message = format!("`{name}` has {} options; a form shows 1 to {MAX_OPTIONS}", choices.len());
        return Err((message, "offer what people can look through"));
    }
    Ok(Some(choices))
}

/// A value as it is sent.
fn key(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null | Value::Object(_) | Value::Array(_) => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn initial(control: &Control, default: &Value) -> Vec<String> {
    let keys: Vec<String> = match default {
        Value::Array(values) => values.iter().map(key).collect(),
        value => vec![key(value)],
    };
    match control {
        Control::Tick { .. } if *default != Value::Bool(true) => Vec::new(),
        Control::One(choices) | Control::Several(choices) => {
            keys.into_iter().filter(|key| choices.iter().any(|choice| choice.key == *key)).collect()
        }
        // A default in another zone would have to be turned into this one; nobody has a fixed moment as default.
        Control::Line { kind: Line::Moment, .. } | Control::Fixed(_) => Vec::new(),
        _ => keys.into_iter().filter(|key| !key.is_empty()).take(1).collect(),
    }
}
