//! Tests of expressions.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::time::Timestamp;

fn scope() -> Scope {
    let event = json!({
        "job_id": "J-1", "delivery_id": "d1", "count": 3, "big": 18_446_744_073_709_551_615_u64,
        "odd": 9_007_199_254_740_993_i64, "price": "19.99", "evil": "{{ event.job_id }}", "nothing": null,
        "flag": true, "word": "false", "lines": [{"amount": "10.50"}, {"amount": "0.35"}], "rate": 1.5,
        "zeta": {"b": 1, "a": 2}
    });
    Scope::new(Prepared::new(&event), Timestamp(1_769_847_300_000_000))
        .with_vars(Prepared::new(&json!({"proof_hours": 8})))
        .with_step(
            "job",
            Prepared::new(&json!({"number": "A-7", "photos": ["p", "q"], "signature": "S. M."})),
        )
}

fn value(text: &str) -> Result<Value, ExpressionError> {
    Compiled::default().evaluate_text(text, &scope())
}

fn code(text: &str) -> &'static str {
    value(text).unwrap_err().code
}

#[test]
fn whole_expressions_keep_their_type() {
    assert_eq!(value("{{ event.count }}").unwrap(), json!(3));
    assert_eq!(value("  {{ event.lines }}\n").unwrap(), json!([{"amount": "10.50"}, {"amount": "0.35"}]));
    assert_eq!(value("{{ event.nothing }}").unwrap(), Value::Null);
    assert_eq!(value("{{ event.big }}").unwrap(), json!(18_446_744_073_709_551_615_u64));
    assert_eq!(value("{{ event.odd }}").unwrap(), json!(9_007_199_254_740_993_i64));
    assert_eq!(value("{{ event.odd + 1 }}").unwrap(), json!(9_007_199_254_740_994_i64));
    assert_eq!(value("{{ {'a': {'b': 1}} }}").unwrap(), json!({"a": {"b": 1}}));
    assert_eq!(value("{{ event.zeta }}").unwrap().to_string(), r#"{"b":1,"a":2}"#);
    assert_eq!(value("{{ now }}").unwrap(), json!("2026-01-31T08:15:00.000000Z"));
    assert_eq!(value("{{ (1, 2) }}").unwrap(), json!([1, 2]));
    assert_eq!(value("{{ event.lines[0].amount }}").unwrap(), json!("10.50"));
    assert_eq!(value("{{ [1, 2, 3, 4][1:3] }}").unwrap(), json!([2, 3]));
    assert_eq!(value("{{ 7 // 2 + 2 ** 3 * 2 - -1 % 5 }}").unwrap(), json!(3 + 16 - 4));
    assert_eq!(value("{{ 'x' if event.flag else 'y' }}").unwrap(), json!("x"));
    assert_eq!(value("{{ 1 < event.count <= 3 and 'J' in event.job_id }}").unwrap(), json!(true));
    assert_eq!(
        value("{{ event.lines | map(attribute='amount') | join(' + ') }}").unwrap(),
        json!("10.50 + 0.35")
    );
}

#[test]
fn mixed_text_is_text_and_data_is_never_parsed() {
    assert_eq!(value("Job {{ steps.job.number }}, {{ event.nothing }}.\n").unwrap(), json!("Job A-7, .\n"));
    assert_eq!(
        value("{{ event.zeta }} {{ event.flag }} {{ 1.0 }}").unwrap(),
        json!("{\"b\":1,\"a\":2} true 1.0")
    );
    assert_eq!(value("{{ event.evil }}").unwrap(), json!("{{ event.job_id }}"));
    assert_eq!(value("a {{ event.evil }}").unwrap(), json!("a {{ event.job_id }}"));
    let lines =
        "{% for line in event.lines %}{{ loop.index }}: {{ line.amount }}\n{% else %}none{% endfor %}";
    assert_eq!(value(lines).unwrap(), json!("1: 10.50\n2: 0.35\n"));
    let chosen = "{% if event.count > 5 %}many{% elif event.count %}some{% else %}none{% endif %} \"}}";
    assert_eq!(value(chosen).unwrap(), json!("some \"}}"));
    assert_eq!(value("{% set a = 'é' ~ event.count %}<{{ a }}>").unwrap(), json!("<é3>"));
    assert_eq!(value("plain }} text").unwrap(), json!("plain }} text"));
}

#[test]
fn a_template_is_walked_and_keys_stay() {
    let template =
        json!({"{{ event.job_id }}": ["{{ event.count }}", 5, {"x": "n{{ event.count }}"}], "n": null});
    let result = Compiled::default().evaluate_template(&template, &scope()).unwrap();
    assert_eq!(result, json!({"{{ event.job_id }}": [3, 5, {"x": "n3"}], "n": null}));
}

#[test]
fn what_is_missing_is_named() {
    let error = value("{{ event.job_idd }}").unwrap_err();
    assert_eq!((error.code, error.message.as_str()), ("TL0140", "`event` has no `job_idd`"));
    assert!(error.hint.unwrap().contains("did you mean `job_id`"));
    assert_eq!(value("{{ nope }}").unwrap_err().message, "`nope` is not defined here");
    assert!(value("x {{ steps.jib.number }}").unwrap_err().hint.unwrap().contains("`job`"));
    assert!(value("{{ item.id }}").unwrap_err().hint.unwrap().contains("for-each"));
    for text in [
        "{{ event.x | upper }}",
        "{{ event.x.y }}",
        "{{ event.x ~ 'a' }}",
        "{{ [event.x] }}",
        "{{ event.x + 1 }}",
    ] {
        assert_eq!(code(text), "TL0140", "{text}");
    }
    assert_eq!(value("{{ event.x | default('d') }}").unwrap(), json!("d"));
    assert_eq!(value("{{ event.x is defined }}").unwrap(), json!(false));
}

#[test]
fn conditions_are_true_or_false() {
    let truth = |text: &str| Compiled::default().evaluate_condition(text, &scope());
    assert!(truth("{{ steps.job.photos | length >= 2 and steps.job.signature }}").unwrap());
    assert!(truth("event.count == 3").unwrap());
    assert!(!truth("{{ event.nothing }}").unwrap());
    assert!(truth("not event.nothing").unwrap());
    for text in ["{{ event.word }}", "event.count", "{{ event.flag }} x"] {
        assert_eq!(truth(text).unwrap_err().code, "TL0142", "{text}");
    }
    assert_eq!(truth("{{ event.flag").unwrap_err().code, "TL0120");
}

#[test]
fn items_see_their_own_and_outer_names() {
    let outer = scope();
    let inner =
        outer.for_item(Prepared::new(&json!({"id": 9})), 4).with_step("price", Prepared::new(&json!(1)));
    let compiled = Compiled::default();
    let text = "{{ [item.id, index, steps.price, steps.job.number, event.count] }}";
    assert_eq!(compiled.evaluate_text(text, &inner).unwrap(), json!([9, 4, 1, "A-7", 3]));
    assert_eq!(compiled.evaluate_text("{{ steps.price }}", &outer).unwrap_err().code, "TL0140");
    let failed = outer.with_failed_step("send", &crate::failure::Failure::permanent("x.y", "broken"));
    assert_eq!(compiled.evaluate_text("{{ steps.send.error.message }}", &failed).unwrap(), json!("broken"));
}

#[test]
fn a_band_reads_the_fields_of_the_input() {
    let scope = Scope::new(Prepared::new(&json!({})), Timestamp(0))
        .with_input(Prepared::new(&json!({ "amount": 6000, "event": 1 })));
    let truth = |text: &str| Compiled::default().evaluate_condition(text, &scope);
    assert!(truth("{{ amount > 5000 }}").unwrap());
    assert_eq!(truth("{{ total > 5000 }}").unwrap_err().code, "TL0140");
    assert_eq!(truth("{{ event == 1 }}"), Ok(false));
}

#[test]
fn money_is_exact() {
    assert_eq!(value("{{ event.lines | sum_money(attribute='amount') }}").unwrap(), json!("10.85"));
    assert_eq!(value("{{ '0.1' | add_money('0.2') }}").unwrap(), json!("0.3"));
    assert_eq!(value("{{ event.price | mul_money(3) | round_money }}").unwrap(), json!("59.97"));
    assert_eq!(value("{{ '2.345' | round_money(2) }}").unwrap(), json!("2.35"));
    assert_eq!(value("{{ '10' | div_money(3, 4) }}").unwrap(), json!("3.3333"));
    assert_eq!(value("{{ '100.00' | amount_gt('99.999') }}").unwrap(), json!(true));
    assert_eq!(value("{{ 5 | round_money }}").unwrap(), json!("5.00"));
    for text in [
        "{{ 1.5 | decimal }}",
        "{{ 'x' | decimal }}",
        "{{ '1' | div_money(0) }}",
        "{{ event.price * 2 }}",
        "{{ event.price + event.price }}",
        "{{ event.lines | sum(attribute='amount') }}",
    ] {
        assert_eq!(code(text), "TL0143", "{text}");
    }
}

#[test]
fn dates_are_rfc_3339() {
    assert_eq!(value("{{ now | add('2h') }}").unwrap(), json!("2026-01-31T10:15:00Z"));
    assert_eq!(value("{{ now | add('-1d') | format_date('%Y-%m-%d') }}").unwrap(), json!("2026-01-30"));
    assert_eq!(value("{{ now | to_zone('Europe/Berlin') }}").unwrap(), json!("2026-01-31T09:15:00+01:00"));
    assert_eq!(value("{{ now | format_date('%H:%M', 'Asia/Kolkata') }}").unwrap(), json!("13:45"));
    assert_eq!(
        value("{{ '31.07.2026' | parse_date('%d.%m.%Y', 'Europe/Berlin') }}").unwrap(),
        json!("2026-07-31T00:00:00+02:00")
    );
    assert_eq!(value("{{ now | before('2026-02-01') }}").unwrap(), json!(true));
    assert_eq!(value("{{ now | unix_ms }}").unwrap(), json!(1_769_847_300_000_i64));
    assert_eq!(value("{{ 1769847300000 | from_unix_ms }}").unwrap(), json!("2026-01-31T08:15:00Z"));
    for text in [
        "{{ 'soon' | add('2h') }}",
        "{{ now | add('2 moons') }}",
        "{{ now | to_zone('Mars/Base') }}",
        "{{ '2026-01-31T08:15:00' | add('1h') }}",
    ] {
        assert_eq!(code(text), "TL0143", "{text}");
    }
}

#[test]
fn hashes_are_of_bytes() {
    assert_eq!(
        value("{{ 'abc' | hash }}").unwrap(),
        json!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    );
    assert_eq!(value("{{ {'b': 1, 'a': 2} | hash == {'a': 2, 'b': 1} | hash }}").unwrap(), json!(true));
    assert_eq!(value("{{ {'b': 1} | tojson }}").unwrap(), json!(r#"{"b":1}"#));
    assert_eq!(value(r#"{{ '{"b":[1]}' | from_json }}"#).unwrap(), json!({"b": [1]}));
    assert_eq!(value("{{ 'a b/ü' | urlencode }}").unwrap(), json!("a%20b%2F%C3%BC"));
}

#[test]
fn what_is_not_in_the_language_is_refused() {
    for text in [
        "{{ random() }}",
        "{{ debug() }}",
        "{{ namespace(a=1) }}",
        "{{ event | pprint }}",
        "{{ [1] | random }}",
        "{% include 'x' %}",
        "{% macro m() %}{% endmacro %}",
        "{{ event.items() }}",
        "{{ 'a' | tl__concat('b') }}",
        "{% for a in [] recursive %}{% endfor %}",
        "{{ self.x() }}",
        "{{ 1e999 }}",
        "{{",
        "{{ a b }}",
        "{% if %}",
        "{% set x %}y{% endset %}",
        "{% filter upper %}x{% endfilter %}",
        "{{ 'x' | format(1) }}",
    ] {
        assert_eq!(code(text), "TL0120", "{text}");
    }
    assert!(value("{{ 'x' | uper }}").unwrap_err().hint.unwrap().contains("upper"));
}

#[test]
fn hostile_templates_are_bounded() {
    let doubling: String =
        (0..60).fold("{% set a = 'xxxxxxxxxx' %}".to_owned(), |text, _| text + "{% set a = a ~ a %}");
    let lists = (0..60).fold("{% set a = [1] %}".to_owned(), |text, _| text + "{% set a = a + a %}")
        + "{{ a | length }}";
    let chains = (0..60).fold("{% set a = [1] %}".to_owned(), |text, _| text + "{% set a = a | chain(a) %}")
        + "{{ a | list | length }}";
    let replace = "{{ 'aaaaaaaaaa'".to_owned() + &" | replace('a', 'aaaaaaaaaa')".repeat(12) + " | length }}";
    let nested = "{{ ".to_owned() + &"(".repeat(5_000) + "1" + &")".repeat(5_000) + " }}";
    let deep = "{{ ".to_owned() + &"[".repeat(140) + &"]".repeat(140) + " }}";
    let maps = "{{ range(100000) | map('string') | map('replace', '1', 'y') | list | map('upper') | map('lower') \
        | map('title') | map('escape') | map('replace', '2', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') | join(',') | length }}";
    for text in [
        doubling.as_str(),
        &lists,
        &chains,
        &replace,
        &nested,
        &deep,
        maps,
        "{% for i in range(100000) %}{% for j in range(100000) %}{{ j }}{% endfor %}{% endfor %}",
        "{% for i in range(100000) %}x{% endfor %}",
        "{{ range(10000000000) }}",
        "{{ 'x' * 10000000000 }}",
        "{{ [0] * 100000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ 1 / 0 }}",
        "{{ 9223372036854775807 * 9223372036854775807 }}",
        "{% for i in range(9000) %}{{ steps.job }}{{ event }}{{ event }}{% endfor %}",
    ] {
        let start: String = text.chars().take(60).collect();
        let outcome = value(text);
        assert!(outcome.is_err(), "{start} gave {outcome:?}");
    }
}

#[test]
fn a_compiled_workflow_holds_its_texts() {
    let mut compiled = Compiled::default();
    compiled.add_template("{{ event.count + 1 }}");
    compiled.add_condition("event.count > 1");
    compiled.add_template("{{ broken");
    assert_eq!(compiled.evaluate_text("{{ event.count + 1 }}", &scope()).unwrap(), json!(4));
    assert!(compiled.evaluate_condition("event.count > 1", &scope()).unwrap());
    assert_eq!(compiled.evaluate_text("{{ broken", &scope()).unwrap_err().code, "TL0120");
}

#[test]
fn names_are_found_with_their_place() {
    let text =
        "a {{ steps.job['number'] }} {% for x in event.lines %}{{ x.y }}{{ item | default(1) }}{% endfor %}";
    let found: Vec<_> =
        references(text).unwrap().into_iter().map(|r| (r.path.join("."), r.offset, r.lenient)).collect();
    assert_eq!(
        found.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(),
        ["steps.job.number", "event.lines", "item"]
    );
    assert_eq!(found.iter().map(|f| f.2).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(&text[found[1].1..found[1].1 + 5], "event");
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z{} ]{0,6}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn data_goes_through_unchanged(data in json_value()) {
        let scope = Scope::new(Prepared::new(&data), Timestamp(0));
        let same = Compiled::default().evaluate_text("{{ event }}", &scope).unwrap();
        prop_assert_eq!(&same, &data);
        prop_assert_eq!(Prepared::new(&data).to_json().unwrap(), data);
    }

    #[test]
    fn any_text_is_read_or_refused_the_same_each_time(text in "(\\{\\{|\\}\\}|\\{%|%\\}|[a-z(\\[.|~+*'\" 0-9]){0,24}") {
        let once = value(&text);
        prop_assert_eq!(once, value(&text));
    }

    #[test]
    fn text_between_tags_is_kept(before in "[^{]{0,20}", after in "[^{]{0,20}") {
        prop_assume!(!before.trim().is_empty() && !after.starts_with('}'));
        let text = format!("{before}{{{{ event.count }}}}{after}");
        prop_assert_eq!(value(&text).unwrap(), json!(format!("{before}3{after}")));
    }
}
