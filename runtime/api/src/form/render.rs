//! The fields of a form as HTML: labels, help, what is wrong, and what was typed.

use maud::{Markup, html};
use throughline_domain::form::{Choice, Control, Field, Form, Line, Misfits, Typed};

/// Options of a choice that are shown at once; more are a list to open.
const RADIOS: usize = 5;
/// Lines of a box for a long text.
const ROWS: u8 = 6;

/// A form with what was typed into it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filled<'f> {
    pub(crate) form: &'f Form,
    /// What was typed; `None`: the page is new, and shows what the schema gives.
    pub(crate) typed: Option<&'f Typed>,
    /// What does not fit.
    pub(crate) misfits: Option<&'f Misfits>,
    /// Time zone of days and times, in words.
    pub(crate) zone: &'f str,
}

impl<'f> Filled<'f> {
    fn values(&self, field: &'f Field) -> &'f [String] {
        match self.typed {
            Some(typed) => typed.get(&field.name).map_or(&[], Vec::as_slice),
            None => &field.initial,
        }
    }

    fn value(&self, field: &'f Field) -> &'f str {
        self.values(field).first().map_or("", String::as_str)
    }

    fn wrong(&self, field: &Field) -> &'f [String] {
        self.misfits.and_then(|misfits| misfits.fields.get(&field.name)).map_or(&[], Vec::as_slice)
    }
}

fn id(at: usize) -> String {
    format!("field-{at}")
}

/// What is wrong, above the form, with a way to each field.
pub(crate) fn summary(filled: Filled<'_>) -> Markup {
    let Some(misfits) = filled.misfits else { return html! {} };
    let wrong = filled.form.fields.iter().enumerate().filter(|(_, field)| !filled.wrong(field).is_empty());
    let wrong: Vec<_> = wrong.collect();
    html! {
        div.wrongs role="alert" {
            @for words in &misfits.form { p { (words) } }
            @if !wrong.is_empty() {
                p { "Nothing was sent yet. Please look at this again:" }
                ul {
                    @for (at, field) in wrong { li { a href={ "#" (id(at)) } { (field.label) } } }
                }
            }
        }
    }
}

/// Every field that is shown.
pub(crate) fn fields(filled: Filled<'_>) -> Markup {
    html! {
        @for (at, field) in filled.form.fields.iter().enumerate() {
            @match &field.control {
                Control::Fixed(_) => {},
                Control::One(choices) if choices.len() <= RADIOS => (group(filled, at, field, choices, "radio")),
                Control::Several(choices) => (group(filled, at, field, choices, "checkbox")),
                Control::Tick { .. } => (tick(filled, at, field)),
                _ => (plain(filled, at, field)),
            }
        }
    }
}

fn optional(field: &Field) -> Markup {
    html! { @if !field.required { " " span.optional { "optional" } } }
}

/// Help and what is wrong: the ids by which a reader of the screen finds them.
fn described(filled: Filled<'_>, at: usize, field: &Field) -> Option<String> {
    let id = id(at);
    let help = help(filled, field).is_some().then(|| format!("{id}-help"));
    let wrong = (!filled.wrong(field).is_empty()).then(|| format!("{id}-wrong"));
    let ids: Vec<String> = help.into_iter().chain(wrong).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn help(filled: Filled<'_>, field: &Field) -> Option<String> {
    let zone = matches!(field.control, Control::Line { kind: Line::Moment, .. })
        .then(|| format!("Time zone: {}.", filled.zone));
    match (&field.help, zone) {
        (Some(help), Some(zone)) => Some(format!("{help} {zone}")),
        (Some(help), None) => Some(help.clone()),
        (None, zone) => zone,
    }
}

fn around(filled: Filled<'_>, at: usize, field: &Field) -> Markup {
    let id = id(at);
    html! {
        @if let Some(help) = help(filled, field) { p.help id={ (id) "-help" } { (help) } }
        @if !filled.wrong(field).is_empty() {
            p.wrong id={ (id) "-wrong" } { @for words in filled.wrong(field) { (words) " " } }
        }
    }
}

fn plain(filled: Filled<'_>, at: usize, field: &Field) -> Markup {
    let (id, value) = (id(at), filled.value(field));
    let described = described(filled, at, field);
    let (described, wrong) = (described.as_deref(), (!filled.wrong(field).is_empty()).then_some("true"));
    let required = field.required;
    html! {
        div.field {
            label for=(id) { (field.label) (optional(field)) }
            (around(filled, at, field))
            @match &field.control {
                Control::Lines { max } => {
                    textarea id=(id) name=(field.name) rows=(ROWS) maxlength=(max) required[required]
                        aria-describedby=[described] aria-invalid=[wrong] { "\n" (value) }
                },
                Control::One(choices) => {
                    select id=(id) name=(field.name) required[required]
                        aria-describedby=[described] aria-invalid=[wrong] {
                        option value="" { "Choose one" }
                        @for choice in choices {
                            option value=(choice.key) selected[choice.key == value] { (choice.label) }
                        }
                    }
                },
                Control::Number { whole, .. } => {
                    input id=(id) name=(field.name) value=(value) inputmode=(if *whole { "numeric" } else { "decimal" })
                        autocomplete="off" required[required] aria-describedby=[described] aria-invalid=[wrong];
                },
                control => {
                    input id=(id) name=(field.name) value=(value) type=(input(control, value)) maxlength=[longest(control)]
                        required[required] aria-describedby=[described] aria-invalid=[wrong];
                },
            }
        }
    }
}

/// The type of a line's input. What a browser would not show in a picker is kept as text.
fn input(control: &Control, value: &str) -> &'static str {
    let Control::Line { kind, .. } = control else { return "text" };
    match kind {
        Line::Email => "email",
        Line::Uri => "url",
        Line::Date if value.is_empty() || value.parse::<jiff::civil::Date>().is_ok() => "date",
        Line::Moment if value.is_empty() || value.parse::<jiff::civil::DateTime>().is_ok() => {
            "datetime-local"
        }
        Line::Text | Line::Date | Line::Moment => "text",
    }
}

fn longest(control: &Control) -> Option<u64> {
    match control {
        Control::Line { kind: Line::Text | Line::Email | Line::Uri, max } => *max,
        _ => None,
    }
}

fn group(filled: Filled<'_>, at: usize, field: &Field, choices: &[Choice], kind: &str) -> Markup {
    let (id, values) = (id(at), filled.values(field));
    let described = described(filled, at, field);
    // A group of boxes cannot say that one of them is needed; the server does.
    let required = field.required && kind == "radio";
    html! {
        fieldset.field id=(id) aria-describedby=[described.as_deref()] {
            legend { (field.label) (optional(field)) }
            (around(filled, at, field))
            @for choice in choices {
                label.choice {
                    input type=(kind) name=(field.name) value=(choice.key) required[required]
                        checked[values.contains(&choice.key)];
                    span { (choice.label) }
                }
            }
        }
    }
}

fn tick(filled: Filled<'_>, at: usize, field: &Field) -> Markup {
    let (id, described) = (id(at), described(filled, at, field));
    let must = matches!(field.control, Control::Tick { must: true }) && field.required;
    let ticked = !matches!(filled.value(field), "" | "false" | "off" | "no" | "0");
    html! {
        div.field {
            label.choice {
                input id=(id) type="checkbox" name=(field.name) value="true" checked[ticked] required[must]
                    aria-describedby=[described.as_deref()];
                span { (field.label) }
            }
            (around(filled, at, field))
        }
    }
}
