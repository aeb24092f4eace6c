//! What a receiver answers: three digits and a line of words.

use std::borrow::Cow;

/// One answer. Its text is one line of ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// 2xx: done · 3xx: go on · 4xx: not now, try again · 5xx: never so.
    pub code: u16,
    /// Words for people, one line.
    pub text: Cow<'static, str>,
}

impl Reply {
    /// Done.
    pub const OK: Self = Self::of(250, "2.0.0 ok");
    /// The message is kept: it will not be lost.
    pub const KEPT: Self = Self::of(250, "2.6.0 kept");

    /// An answer of these words.
    pub const fn of(code: u16, text: &'static str) -> Self {
        Self { code, text: Cow::Borrowed(text) }
    }

    /// An answer whose words are made; what is no printable ASCII in them is left out.
    pub fn said(code: u16, text: &str) -> Self {
        let text: String = text.chars().filter(|c| matches!(c, ' '..='~')).take(400).collect();
        Self { code, text: Cow::Owned(text) }
    }

    /// The answer is yes.
    pub const fn is_yes(&self) -> bool {
        self.code >= 200 && self.code < 300
    }

    pub(crate) fn line(&self) -> String {
        format!("{} {}\r\n", self.code, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_line() {
        let reply = Reply::said(550, "no such person\r\n250 ok\u{e9}");
        assert_eq!(reply.line(), "550 no such person250 ok\r\n");
        assert!(!reply.is_yes());
        assert!(Reply::KEPT.is_yes());
    }
}
