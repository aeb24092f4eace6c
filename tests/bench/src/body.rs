//! What is sent: about 900 bytes of JSON with a number that comes back in the write and in the reply.

use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use serde::Deserialize;

const MARK: &[u8] = b"Ada";
const DIGITS: usize = 9;

/// Numbers for requests, from 1.
#[derive(Debug, Default)]
pub(crate) struct Tags(AtomicU32);

impl Tags {
    pub(crate) fn next(&self) -> u32 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Numbers given so far.
    pub(crate) fn given(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The body of a request.
pub(crate) fn request(tag: u32) -> Bytes {
    let note = "x".repeat(700);
    format!(
        r#"{{"email":"Ada@Example.COM","first":"Ada{tag:09}","last":"Lovelace","amount":250,"lines":[{{"sku":"A-1","qty":2,"price":50}},{{"sku":"B-7","qty":1,"price":150}}],"note":"{note}"}}"#
    )
    .into()
}

/// The number in what a workflow made of a request.
pub(crate) fn tag_in(text: &[u8]) -> Option<u32> {
    let at = text
        .windows(MARK.len() + DIGITS)
        .position(|part| part.starts_with(MARK) && part[MARK.len()..].iter().all(u8::is_ascii_digit))?;
    std::str::from_utf8(&text[at + MARK.len()..at + MARK.len() + DIGITS]).ok()?.parse().ok()
}

/// The mock's id of a write.
pub(crate) fn invoice(number: usize) -> String {
    format!("INV-{number}")
}

/// The number of the mock's id.
pub(crate) fn invoice_number(id: &str) -> Option<usize> {
    id.strip_prefix("INV-")?.parse().ok()
}

/// The value of step five.
#[derive(Debug, Deserialize)]
pub(crate) struct Reply<'a> {
    pub(crate) invoice: &'a str,
    pub(crate) customer: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_comes_back() {
        let body = request(42);
        assert!((850..950).contains(&body.len()), "{}", body.len());
        assert_eq!(tag_in(&body), Some(42));
        assert_eq!(tag_in(br#"{"email":"ada@example.com","name":"Ada000000007 Lovelace"}"#), Some(7));
        assert_eq!(tag_in(b"Ada Lovelace"), None);
        assert_eq!(invoice_number(&invoice(9)), Some(9));
        assert_eq!(invoice_number("INV-"), None);
    }
}
