//! Tests of reading and hashing JSON.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const LIMITS: JsonLimits = JsonLimits { max_bytes: 10_000, max_depth: 64 };

fn read(text: &str) -> Result<Value, JsonProblem> {
    parse_strict(text.as_bytes(), LIMITS)
}

#[test]
fn what_two_readers_could_take_differently_is_refused() {
    let cases = [
        (r#"{"a": 1, "b": {"c": 1, "c": 2}}"#, "TL0161", "/b/c"),
        (r#"{"a": 1} x"#, "TL0160", ""),
        ("", "TL0160", ""),
        ("{'a': 1}", "TL0160", ""),
        ("[1,]", "TL0160", "/1"),
        ("[01]", "TL0160", "/0"),
        ("[+1]", "TL0160", "/0"),
        ("[1.]", "TL0160", "/0"),
        ("[NaN]", "TL0160", "/0"),
        ("[nul]", "TL0160", "/0"),
        (r#"["\ud800"]"#, "TL0160", "/0"),
        (r#"["\x41"]"#, "TL0160", "/0"),
        ("[\"a\nb\"]", "TL0160", "/0"),
        (r#"{"id": 18446744073709551616}"#, "TL0163", "/id"),
        (r#"{"id": -9223372036854775809}"#, "TL0163", "/id"),
        ("[1e999]", "TL0163", "/0"),
    ];
    for (text, code, path) in cases {
        let problem = read(text).unwrap_err();
        assert_eq!((problem.code, problem.path.as_str()), (code, path), "{text}");
    }
    assert_eq!(parse_strict(b"\"\xff\"", LIMITS).unwrap_err().code, "TL0160");
    assert_eq!(parse_strict(&[b' '; 10_001], LIMITS).unwrap_err().code, "TL0162");
}

#[test]
fn what_fits_is_kept_exactly() {
    assert_eq!(read("9223372036854775808").unwrap(), json!(9_223_372_036_854_775_808_u64));
    assert_eq!(read("18446744073709551615").unwrap(), json!(u64::MAX));
    assert_eq!(read("-9223372036854775808").unwrap(), json!(i64::MIN));
    assert_eq!(
        read(r#" {"a/b~": ["\u0000", "\ud83d\ude00", 1.5e3, null]} "#).unwrap(),
        json!({"a/b~": ["\0", "😀", 1500.0, null]})
    );
    assert_eq!(read("\u{feff}[]").unwrap(), json!([]));
}

#[test]
fn places_are_lines_and_columns() {
    let problem = read("{\n  \"ä\": 1,\n  \"ä\": 2\n}").unwrap_err();
    assert_eq!((problem.line, problem.column, problem.path.as_str()), (3, 3, "/ä"));
    let (_, places, _) = parse_placed("{\"a\": [1,\n 2]}", 8).unwrap();
    assert_eq!(places.values["/a/1"], Spot { line: 2, column: 2 });
    assert_eq!(places.keys["/a"], Spot { line: 1, column: 2 });
}

#[test]
fn depth_is_bounded_before_the_stack_is() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(read(&deep(64)).is_ok());
    assert_eq!(read(&deep(65)).unwrap_err().code, "TL0162");
    assert_eq!(read(&"[".repeat(9_000)).unwrap_err().code, "TL0162");
}

#[test]
fn canonical_bytes_do_not_depend_on_order() {
    let one = read(r#"{"b": [1.0, 1e21, 0.1], "a": "é\u0007", "€": 9007199254740993}"#).unwrap();
    let text = String::from_utf8(canonical(&one)).unwrap();
    assert_eq!(text, "{\"a\":\"é\\u0007\",\"b\":[1,1e+21,0.1],\"€\":9007199254740993}");
    assert_eq!(sha256(&json!({"a": 1, "b": 2})), sha256(&json!({"b": 2, "a": 1})));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn what_is_written_is_read(value in any_json()) {
        prop_assert_eq!(&read(&value.to_string()).unwrap(), &value);
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(&parse_placed(&pretty, 64).unwrap().0, &value);
    }

    #[test]
    fn reading_agrees_with_a_lenient_reader(text in "[\\[\\]{}\",:0-9eE.+\\-a\\\\u ]{0,24}") {
        if let Ok(value) = read(&text) {
            prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse_strict(&bytes, LIMITS);
    }

    #[test]
    fn canonical_form_is_stable(value in any_json()) {
        // A lenient reader: the RFC writes floats up to 1e21 as integers of more than 64 bits.
        let again: Value = serde_json::from_slice(&canonical(&value)).unwrap();
        prop_assert_eq!(canonical(&again), canonical(&value));
    }
}
