//! Every kind of field, and everything that is none.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Control, Form, Line, Misfits, Typed};

fn form(properties: &Value) -> Form {
    Form::of(&json!({ "type": "object", "properties": properties })).unwrap()
}

fn typed(pairs: &[(&str, &str)]) -> Typed {
    let mut typed = Typed::new();
    for (name, value) in pairs {
        typed.entry((*name).to_owned()).or_default().push((*value).to_owned());
    }
    typed
}

fn read(form: &Form, pairs: &[(&str, &str)]) -> Result<Value, Misfits> {
    form.read(&typed(pairs), &TimeZone::get("America/New_York").unwrap())
}

#[test]
fn every_kind_of_property_has_its_control() {
    let form = form(&json!({
        "a_name": { "type": "string" }, "b": { "type": ["string", "null"], "maxLength": 201, "title": " Tell us " },
        "c": { "type": "string", "format": "email" }, "d": { "type": "integer", "minimum": 1 }, "e": { "type": "boolean" },
        "f": { "enum": ["x", 2, true, null], "default": 2 },
        "g": { "type": "string", "oneOf": [{ "const": "x", "title": "The x" }, { "const": "y" }] },
        "h": { "type": "array", "items": { "enum": [1, 2] }, "default": [2, 9] }, "i": { "const": 7 }, "j": { "const": true },
    }));
    let label = |at: usize| form.fields[at].label.as_str();
    assert_eq!((label(0), label(1), label(2)), ("A name", "Tell us", "C"));
    let control = |at: usize| &form.fields[at].control;
    assert_eq!(*control(0), Control::Line { kind: Line::Text, max: None });
    assert_eq!(*control(1), Control::Lines { max: 201 });
    assert_eq!(*control(2), Control::Line { kind: Line::Email, max: None });
    assert_eq!(*control(3), Control::Number { whole: true, min: Some(json!(1)), max: None });
    assert_eq!(*control(4), Control::Tick { must: false });
    let Control::One(choices) = control(5) else { panic!("{:?}", control(5)) };
    assert_eq!(choices.iter().map(|choice| choice.key.as_str()).collect::<Vec<_>>(), ["x", "2", "true"]);
    let Control::One(choices) = control(6) else { panic!("{:?}", control(6)) };
    assert_eq!(choices.iter().map(|choice| choice.label.as_str()).collect::<Vec<_>>(), ["The x", "y"]);
    assert_eq!(
        (&form.fields[5].initial, &form.fields[7].initial),
        (&vec!["2".to_owned()], &vec!["2".to_owned()])
    );
    assert_eq!((control(8), control(9)), (&Control::Fixed(json!(7)), &Control::Tick { must: true }));
    let value = read(&form, &[("f", "2"), ("h", "1"), ("h", "2"), ("d", " 5 "), ("_ticket", "x")]);
    assert_eq!(value, Ok(json!({ "d": 5, "e": false, "f": 2, "h": [1, 2], "i": 7 })));
}

#[test]
fn what_cannot_be_shown_is_named() {
    let pointers = |schema: Value| {
        let problems = Form::of(&schema).err().unwrap_or_default();
        problems.into_iter().map(|problem| problem.pointer).collect::<Vec<_>>()
    };
    assert_eq!(pointers(json!({})), [""]);
    assert_eq!(pointers(json!({ "type": "object", "properties": {} })), [""]);
    assert_eq!(pointers(json!({ "type": "string", "properties": { "a": { "type": "string" } } })), ["/type"]);
    for property in [
        json!(true),
        json!({}),
        json!({ "type": ["string", "integer"] }),
        json!({ "type": "object" }),
        json!({ "$ref": "#/$defs/x" }),
        json!({ "type": "array" }),
        json!({ "type": "array", "items": { "type": "string" } }),
        json!({ "enum": [] }),
        json!({ "enum": [{}] }),
        json!({ "enum": [""] }),
        json!({ "enum": ["1", 1] }),
        json!({ "type": "null" }),
        json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }),
    ] {
        assert_eq!(
            pointers(json!({ "properties": { "a/b": property } })),
            ["/properties/a~1b"],
            "{property}"
        );
    }
    for name in ["", "_own", &"x".repeat(65)] {
        assert_eq!(pointers(json!({ "properties": { name: { "type": "string" } } })).len(), 1, "{name}");
    }
    let many: serde_json::Map<String, Value> =
        (0..101).map(|n| (format!("f{n}"), json!({ "type": "string" }))).collect();
    assert_eq!(pointers(json!({ "properties": many })), ["/properties"]);
}

#[test]
fn times_are_of_the_forms_zone() {
    let form = form(&json!({ "at": { "type": "string", "format": "date-time" } }));
    let at =
        |text: &str| read(&form, &[("at", text)]).map(|value| value["at"].as_str().unwrap_or("").to_owned());
    assert_eq!(at("2026-07-01T09:30").unwrap(), "2026-07-01T13:30:00Z");
    assert_eq!(at("2026-01-01T09:30:15").unwrap(), "2026-01-01T14:30:15Z");
    assert_eq!(at("2026-01-01T09:30:00+02:00").unwrap(), "2026-01-01T07:30:00Z");
    // An hour that the clocks leave out, and one that they have twice.
    assert_eq!(at("2026-03-08T02:30").unwrap(), "2026-03-08T07:30:00Z");
    assert_eq!(at("2026-11-01T01:30").unwrap(), "2026-11-01T05:30:00Z");
    for bad in ["2026-07-01", "09:30", "2026-13-01T09:30", "now"] {
        assert!(at(bad).is_err(), "{bad}");
    }
}

#[test]
fn what_concerns_several_fields_is_said_of_the_form() {
    let schema = json!({
        "type": "object", "properties": { "phone": { "type": "string" }, "email": { "type": "string" }, "n": { "type": "integer" } },
        "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }], "additionalProperties": false,
    });
    let form = Form::of(&schema).unwrap();
    let misfits = read(&form, &[]).unwrap_err();
    assert_eq!((misfits.form.len(), misfits.fields.len()), (1, 0), "{misfits:?}");
    let misfits = read(&form, &[("n", "x")]).unwrap_err();
    assert_eq!((misfits.form.len(), misfits.fields.len()), (0, 1), "{misfits:?}");
    assert_eq!(read(&form, &[("phone", "1"), ("n", "")]), Ok(json!({ "phone": "1" })));
}
