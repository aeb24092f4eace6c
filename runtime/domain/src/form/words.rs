//! What the schema says against a value, in words for who typed it.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::read::NEEDED;
use super::{Control, Form, Misfits};

/// Most of what the schema may say.
const MOST: usize = 200;

/// Adds what the schema says against the value. A field that has a misfit already gets no second one, and what concerns
/// several fields is said once each of them is right by itself.
pub(super) fn check(form: &Form, value: &Value, misfits: &mut Misfits) {
    let Ok(validator) = jsonschema::draft202012::new(form.schema()) else {
        misfits.form.push("This form cannot be checked now. Tell its owner.".to_owned());
        return;
    };
    let known = misfits.fields.clone();
    let mut whole = Vec::new();
    for error in validator.iter_errors(value).take(MOST) {
        let place = match error.kind() {
            Kind::Required { property } if error.instance_path().as_str().is_empty() => {
                property.as_str().unwrap_or_default().to_owned()
            }
            _ => first(error.instance_path().as_str()),
        };
        let Some(field) = form.fields.iter().find(|field| field.name == place) else {
            whole.push(in_words(&error, false));
            continue;
        };
        if !known.contains_key(&field.name) {
            let text = matches!(field.control, Control::Line { .. } | Control::Lines { .. });
            misfits.at(&field.name, in_words(&error, text));
        }
    }
    if misfits.is_empty() {
        misfits.form.extend(whole);
    }
    for all in misfits.fields.values_mut() {
        all.dedup();
    }
}

/// The first part of a JSON Pointer.
fn first(pointer: &str) -> String {
    let first = pointer.split('/').nth(1).unwrap_or_default();
    first.replace("~1", "/").replace("~0", "~")
}

fn in_words(error: &ValidationError<'_>, text: bool) -> String {
    match error.kind() {
        Kind::Required { .. } | Kind::MinLength { limit: 1 } => NEEDED.to_owned(),
        Kind::MaxLength { limit } => format!("Write at most {limit} characters."),
        Kind::MinLength { limit } => format!("Write at least {limit} characters."),
        Kind::Pattern { .. } if text => "This is not in the form that is asked for.".to_owned(),
        Kind::Minimum { limit } => format!("The smallest that fits is {limit}."),
        Kind::Maximum { limit } => format!("The largest that fits is {limit}."),
        Kind::ExclusiveMinimum { limit } => format!("It must be more than {limit}."),
        Kind::ExclusiveMaximum { limit } => format!("It must be less than {limit}."),
        Kind::MultipleOf { multiple_of } => format!("It must be a multiple of {multiple_of}."),
        Kind::MinItems { limit: 1 } => "Tick at least one.".to_owned(),
        Kind::MinItems { limit } => format!("Tick at least {limit}."),
        Kind::MaxItems { limit } => format!("Tick at most {limit}."),
        Kind::UniqueItems => "Each may be given once.".to_owned(),
        Kind::Enum { .. } | Kind::Constant { .. } => "This is not one of those that fit.".to_owned(),
        _ => format!("It does not fit: {error}."),
    }
}
