//! JSON Schemas (2020-12) from types; doc comments become labels and help.

use schemars::JsonSchema;
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value};

/// A first line longer than this is help, not a label.
const LONGEST_TITLE: usize = 60;

/// The schema of what a type accepts.
pub fn input_schema<T: JsonSchema>() -> Value {
    schema::<T>(Contract::Deserialize)
}

/// The schema of what a type writes.
pub fn output_schema<T: JsonSchema>() -> Value {
    schema::<T>(Contract::Serialize)
}

fn schema<T: JsonSchema>(contract: Contract) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|s| {
        s.meta_schema = None;
        s.inline_subschemas = true;
        s.contract = contract;
    });
    let mut value = settings.into_generator().into_root_schema_for::<T>().to_value();
    if let Value::Object(root) = &mut value {
        root.remove("title");
    }
    label_all(&mut value);
    value
}

/// Splits a doc comment: its first line is the title, the rest is the description.
pub(crate) fn split_doc(doc: &str) -> (String, String) {
    let doc = doc.trim();
    let (first, rest) = doc.split_once('\n').unwrap_or((doc, ""));
    (first.trim().trim_end_matches('.').to_owned(), rest.trim().to_owned())
}

/// `create_contact` → `Create contact`.
pub(crate) fn humanise(id: &str) -> String {
    let mut text = id.replace(['_', '-'], " ");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn label_all(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get_mut("properties") {
                for (name, property) in properties.iter_mut() {
                    if let Value::Object(property) = property {
                        label(name, property);
                    }
                }
            }
            object.values_mut().for_each(label_all);
        }
        Value::Array(items) => items.iter_mut().for_each(label_all),
        _ => {}
    }
}

fn label(name: &str, property: &mut Map<String, Value>) {
    if property.contains_key("title") {
        return;
    }
    let doc = property.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (title, rest) = split_doc(&doc);
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        property.insert("title".to_owned(), humanise(name).into());
        return;
    }
    property.insert("title".to_owned(), title.into());
    if rest.is_empty() {
        property.remove("description");
    } else {
        property.insert("description".to_owned(), rest.into());
    }
}

#[cfg(test)]
mod tests {
    use crate::data;

    /// Not shown.
    #[data]
    struct Contact {
        /// E-mail address.
        #[schemars(email)]
        email: String,
        /// Tags
        ///
        /// Used for lists.
        #[serde(default)]
        tags: Vec<String>,
        list_id: Option<String>,
    }

    #[test]
    fn doc_comments_become_labels() {
        let schema = super::input_schema::<Contact>();
        assert_eq!(schema["properties"]["email"]["title"], "E-mail address");
        assert_eq!(schema["properties"]["tags"]["description"], "Used for lists.");
        assert_eq!(schema["properties"]["list_id"]["title"], "List id");
        assert_eq!(schema["required"], serde_json::json!(["email"]));
        assert!(schema.get("$schema").is_none() && schema.get("title").is_none());
    }
}
