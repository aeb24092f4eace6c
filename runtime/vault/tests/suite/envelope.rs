//! Sealed bytes open in their own place, and nowhere else; any flipped bit is found.

use proptest::prelude::*;
use throughline_vault::{Label, RootKey, SealedSecret, WorkspaceKey};

use crate::{Counting, value};

const LABEL: Label<'_> = Label { secret: "sec_1", version: 1, bound_to: "https://crm.example.com" };

fn keys() -> (RootKey, WorkspaceKey, Counting) {
    let random = Counting::default();
    let root = RootKey::generate(1, &random).unwrap();
    let (workspace, _) = root.make("acme", 1, &random).unwrap();
    (root, workspace, random)
}

/// Flips one bit, counted over all the bytes.
fn flip(bytes: &mut [u8], bit: usize) {
    let bit = bit % (bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

#[test]
fn a_workspace_key_opens_under_its_root_key_only() {
    let random = Counting::default();
    let root = RootKey::generate(1, &random).unwrap();
    let (key, sealed) = root.make("acme", 1, &random).unwrap();
    let again = root.open("acme", 1, &sealed).unwrap();
    let secret = key.seal(&LABEL, &value("hunter2"), &random).unwrap();
    assert_eq!(again.open(&LABEL, &secret).unwrap().reveal(), "hunter2");
    assert_eq!(root.open("other", 1, &sealed).unwrap_err().code(), "TL0809");
    assert_eq!(root.open("acme", 2, &sealed).unwrap_err().code(), "TL0809");
    let other = RootKey::generate(1, &random).unwrap();
    assert_eq!(other.open("acme", 1, &sealed).unwrap_err().code(), "TL0809");
    let newer = RootKey::generate(2, &random).unwrap();
    assert_eq!(newer.open("acme", 1, &sealed).unwrap_err().code(), "TL0813");
}

#[test]
fn a_value_of_another_place_does_not_open() {
    let (root, key, random) = keys();
    let sealed = key.seal(&LABEL, &value("hunter2"), &random).unwrap();
    let code = |key: &WorkspaceKey, label: Label<'_>| key.open(&label, &sealed).unwrap_err().code();
    assert_eq!(code(&key, Label { secret: "sec_2", ..LABEL }), "TL0809");
    assert_eq!(code(&key, Label { version: 2, ..LABEL }), "TL0809");
    assert_eq!(code(&key, Label { bound_to: "https://evil.example.com", ..LABEL }), "TL0809");
    assert_eq!(code(&root.make("acme", 1, &random).unwrap().0, LABEL), "TL0809");
    assert_eq!(code(&root.make("acme", 2, &random).unwrap().0, LABEL), "TL0813");
    assert_eq!(code(&root.make("other", 1, &random).unwrap().0, LABEL), "TL0809");
}

#[test]
fn parts_of_two_secrets_do_not_go_together() {
    let (_, key, random) = keys();
    let one = key.seal(&LABEL, &value("one"), &random).unwrap();
    let two = key.seal(&LABEL, &value("two"), &random).unwrap();
    let mixed = SealedSecret { ciphertext: two.ciphertext, ..one.clone() };
    assert_eq!(key.open(&LABEL, &mixed).unwrap_err().code(), "TL0809");
    // A wrapped key is no value and the other way round.
    let swapped = SealedSecret { ciphertext: one.wrapped_key.clone(), wrapped_key: one.ciphertext, ..one };
    assert_eq!(key.open(&LABEL, &swapped).unwrap_err().code(), "TL0809");
}

#[test]
fn rewrapping_leaves_the_value_as_it_is() {
    let (root, old, random) = keys();
    let sealed = old.seal(&LABEL, &value("hunter2"), &random).unwrap();
    let new = root.make("acme", 2, &random).unwrap().0;
    let wrapped_key = new.rewrap(&old, &LABEL, &sealed.wrapped_key, &random).unwrap();
    let moved = SealedSecret { key_version: 2, wrapped_key, ciphertext: sealed.ciphertext.clone() };
    assert_eq!(new.open(&LABEL, &moved).unwrap().reveal(), "hunter2");
    assert_eq!(old.open(&LABEL, &moved).unwrap_err().code(), "TL0813");
    let elsewhere = Label { secret: "sec_2", ..LABEL };
    assert_eq!(new.rewrap(&old, &elsewhere, &sealed.wrapped_key, &random).unwrap_err().code(), "TL0809");
}

#[test]
fn the_same_value_never_looks_the_same() {
    let (_, key, random) = keys();
    let one = key.seal(&LABEL, &value("hunter2"), &random).unwrap();
    let two = key.seal(&LABEL, &value("hunter2"), &random).unwrap();
    assert!(one.ciphertext != two.ciphertext && one.wrapped_key != two.wrapped_key);
    assert!(!one.ciphertext.windows(7).any(|window| window == b"hunter2"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn every_value_comes_back(text in "[^\u{0}]{1,300}") {
        let (_, key, random) = keys();
        let sealed = key.seal(&LABEL, &value(&text), &random).unwrap();
        prop_assert_eq!(key.open(&LABEL, &sealed).unwrap().reveal().to_owned(), text);
    }

    #[test]
    fn any_flipped_bit_refuses(text in "[a-z]{1,40}", part in 0..3_u8, bit in 0..100_000_usize) {
        let random = Counting::default();
        let root = RootKey::generate(1, &random).unwrap();
        let (key, mut stored) = root.make("acme", 1, &random).unwrap();
        let mut sealed = key.seal(&LABEL, &value(&text), &random).unwrap();
        match part {
            0 => flip(&mut stored.wrapped, bit),
            1 => flip(&mut sealed.wrapped_key, bit),
            _ => flip(&mut sealed.ciphertext, bit),
        }
        let opened = root.open("acme", 1, &stored).and_then(|key| key.open(&LABEL, &sealed));
        prop_assert_eq!(opened.unwrap_err().code(), "TL0809");
    }

    #[test]
    fn any_cut_or_added_byte_refuses(cut in 0..60_usize, added in proptest::collection::vec(any::<u8>(), 0..4)) {
        let (_, key, random) = keys();
        let sealed = key.seal(&LABEL, &value("hunter2"), &random).unwrap();
        let mut changed = sealed.clone();
        changed.ciphertext.truncate(sealed.ciphertext.len().saturating_sub(cut));
        changed.ciphertext.extend(&added);
        prop_assume!(changed != sealed);
        prop_assert_eq!(key.open(&LABEL, &changed).unwrap_err().code(), "TL0809");
    }

    #[test]
    fn any_other_context_refuses(
        workspace in "[a-c]{1,2}", secret in "[a-c]{0,2}", version in 1..3_u32, bound_to in "[a-c]{0,2}",
    ) {
        let random = Counting::default();
        let root = RootKey::generate(1, &random).unwrap();
        // Texts that would run into each other if their lengths were not part of the context.
        let right = ("ab", "b", 1, "ca");
        let (key, stored) = root.make(right.0, 1, &random).unwrap();
        let label = Label { secret: right.1, version: right.2, bound_to: right.3 };
        let sealed = key.seal(&label, &value("hunter2"), &random).unwrap();
        prop_assume!((workspace.as_str(), secret.as_str(), version, bound_to.as_str()) != right);
        let label = Label { secret: &secret, version, bound_to: &bound_to };
        let opened = root.open(&workspace, 1, &stored).and_then(|key| key.open(&label, &sealed));
        prop_assert_eq!(opened.unwrap_err().code(), "TL0809");
    }
}
