//! Names, addresses and passwords.

use proptest::prelude::*;

use super::*;

fn handle(text: &str) -> Result<Handle, BadName> {
    Handle::try_from(text.to_owned())
}

fn mail(text: &str) -> Result<Mail, BadName> {
    Mail::try_from(text.to_owned())
}

fn new_password(text: &str) -> Result<(), PasswordRefused> {
    Password::typed(text.to_owned())?.check_new(About { local: "ada.lovelace", name: "Ada Lovelace" })
}

#[test]
fn handles_are_what_workflows_can_name() {
    for good in ["office", "field_lead", "team-2", "a", "a234567890123456789012345678901234567890"] {
        assert!(handle(good).is_ok(), "{good}");
        assert!(crate::workflow::Owner::parse(&format!("person:{good}")).is_some(), "{good}");
    }
    let long = "a".repeat(41);
    for bad in ["", "Office", "2nd", "_x", "a b", "a:b", "é", "a\n", &long] {
        assert!(matches!(handle(bad), Err(BadName::Handle(_))), "{bad}");
    }
    for taken in ["admin", "runner"] {
        assert!(handle(taken).is_ok(), "a team may be called so");
        assert!(matches!(Handle::of_person(taken.to_owned()), Err(BadName::Taken(_))), "{taken}");
    }
}

#[test]
fn addresses_are_one_whatever_their_case_and_cannot_break_a_header() {
    assert_eq!(mail(" Ada@Example.ORG ").unwrap().as_str(), "ada@example.org");
    assert_eq!(mail("a.b+c@mail.example.org").unwrap().local(), "a.b+c");
    assert!(mail("root@localhost").is_ok());
    let long = format!("{}@example.org", "a".repeat(65));
    for bad in [
        "",
        "ada",
        "@example.org",
        "ada@",
        "a@b@example.org",
        "a b@example.org",
        "ada@example.org\r\nBcc: x@y",
        "ada@exa\nmple.org",
        "Ada <ada@example.org>",
        "ada@example.org,b@example.org",
        ".ada@example.org",
        "ada.@example.org",
        "a..b@example.org",
        "\"ada\"@example.org",
        "ada@-example.org",
        "ada@example..org",
        "ada@[127.0.0.1]",
        &long,
    ] {
        assert!(mail(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn names_are_one_line() {
    assert_eq!(person_name("  Ada Lovelace ").unwrap(), "Ada Lovelace");
    for bad in ["", "   ", "Ada\nLovelace", "\u{7}", &"x".repeat(101)] {
        assert!(person_name(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn a_new_password_is_long_and_not_the_obvious_one() {
    for good in ["correct horse battery", "Tr0ub4dor&3-Tr0ub", "ada likes the green door", "пароль из слов"]
    {
        assert_eq!(new_password(good), Ok(()), "{good}");
    }
    let refused = [
        ("short one", PasswordRefused::TooShort),
        ("aaaaaaaaaaaaaaaa", PasswordRefused::TooPlain),
        ("abababababababab", PasswordRefused::TooPlain),
        ("abcdefghijklmnop", PasswordRefused::TooPlain),
        ("zyxwvutsrqponmlk", PasswordRefused::TooPlain),
        ("password1234", PasswordRefused::Obvious),
        ("Throughline2026", PasswordRefused::Obvious),
        ("ada.lovelace1!", PasswordRefused::Obvious),
        ("LovelaceLovelace77", PasswordRefused::Obvious),
    ];
    for (text, why) in refused {
        assert_eq!(new_password(text), Err(why), "{text}");
    }
    let long = "x1y2z".repeat(300);
    assert_eq!(new_password(&long), Err(PasswordRefused::TooLong));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_address_that_is_taken_reads_back_as_itself(text in "\\PC{0,40}|[a-zA-Z.+]{1,10}@[a-zA-Z.-]{1,12}") {
        if let Ok(mail) = mail(&text) {
            prop_assert_eq!(Mail::try_from(mail.as_str().to_owned()), Ok(mail.clone()));
            prop_assert!(mail.as_str().bytes().all(|b| b.is_ascii_graphic() && b != b',' && b != b'<' && b != b'"'));
            prop_assert!(mail.as_str().len() <= 255);
        }
    }

    #[test]
    fn no_password_panics_and_short_ones_are_never_taken(text in "\\PC{0,60}") {
        let taken = new_password(&text).is_ok();
        prop_assert!(!taken || text.chars().count() >= MIN_PASSWORD_CHARS);
    }
}
