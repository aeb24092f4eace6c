//! A trigger for hosted forms. The runner itself shows the page, checks what was typed, and makes the event.

use throughline::prelude::*;

connector! {
    id: "form",
    name: "Form",
    description: "Starts a workflow when somebody fills a form that this runner shows.",
    triggers: [submitted],
}

/// How the page looks. Its fields are the workflow's own `input`.
#[data]
pub struct FormConfig {
    /// Path behind /forms/WORKSPACE/
    ///
    /// The workflow's id where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"request-a-quote")]
    pub path: Option<String>,
    /// Heading
    ///
    /// The workflow's title where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What stands above the fields
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<String>,
    /// What the button says
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"Send")]
    pub button: Option<String>,
    /// What the page says when it has been sent
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thanks: Option<String>,
    /// Time zone of days and times, IANA name
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"Europe/London")]
    pub zone: Option<String>,
}

/// Form filled
///
/// Somebody filled the form and sent it. The event is what was typed, as the workflow's `input` describes it.
#[trigger(native, sample = r#"{"name": "Ada Example", "email": "ada@example.com"}"#)]
pub(crate) fn submitted(config: FormConfig) -> Value;
