//! What is written reads back, in both forms.

use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_is_read(workflow in any::workflow()) {
        let env = CheckEnvironment::default();
        let yaml = check(&workflow.to_text(), &env);
        let errors: Vec<_> = yaml.errors().collect();
        prop_assert!(errors.is_empty(), "{:#?}\n{}", errors, workflow.to_text());
        prop_assert_eq!(yaml.workflow.as_ref(), Some(&workflow), "{}", workflow.to_text());
        let json = check(&workflow.to_json().to_string(), &env);
        prop_assert_eq!(json.workflow.as_ref(), Some(&workflow));
        prop_assert_eq!(workflow.to_text(), check(&workflow.to_text(), &env).workflow.unwrap().to_text());
    }

    #[test]
    fn any_text_is_read_or_refused(lines in prop::collection::vec("(  ){0,3}(- )?[a-z]{0,5}(: ?)?[\\[\\]{}'\"|>&*!%#a-z0-9 ]{0,8}", 0..12)) {
        let checked = check(&lines.join("\n"), &CheckEnvironment::default());
        prop_assert!(checked.workflow.is_some() || checked.errors().next().is_some());
    }

    #[test]
    fn a_damaged_text_is_read_or_refused(at in 0..EXAMPLE.len(), piece in "[\\[\\]{}'\":,\n\t -]{0,3}", cut in 0usize..20) {
        let (mut from, mut to) = (at, (at + cut).min(EXAMPLE.len()));
        while !EXAMPLE.is_char_boundary(from) { from -= 1; }
        while !EXAMPLE.is_char_boundary(to) { to += 1; }
        let text = format!("{}{piece}{}", &EXAMPLE[..from], &EXAMPLE[to..]);
        let checked = check_all(&text);
        prop_assert!(checked.workflow.is_some() || checked.errors().next().is_some());
    }
}
